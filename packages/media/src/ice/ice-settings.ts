/** How one side's checks are authenticated (RFC 8445 section 5.3). The password is never to be logged. */
export interface IceCredentials {
  /** 4 to 256 characters. */
  readonly userFragment: string;
  /** 22 to 256 characters. */
  readonly password: string;
}

/** What a session that is reached by ICE needs to know: checks come with both user fragments and our password. */
export interface IceSettings {
  readonly local: IceCredentials;
  readonly remote: IceCredentials;
}
