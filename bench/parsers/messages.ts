const SDP = [
  'v=0',
  'o=- 3999834822 3999834822 IN IP4 192.0.2.44',
  's=-',
  'c=IN IP4 192.0.2.44',
  't=0 0',
  'm=audio 17082 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n');

function message(lines: readonly string[], body = ''): string {
  return [...lines, `Content-Length: ${body.length}`, '', body].join('\r\n');
}

/** Messages as a PBX and a telephone send them: parsers that cannot read all of them have no place here. */
export const MESSAGES: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: 'INVITE',
    text: message(
      [
        'INVITE sip:1001@192.0.2.10:5060 SIP/2.0',
        'Via: SIP/2.0/UDP 192.0.2.44:5060;rport;branch=z9hG4bKPj4a5c9f28-5d23-4f3d-9a0e-8a5f2f7a1c55',
        'From: "Carol Jones" <sip:+15550100@192.0.2.44>;tag=1b6e0c2a-5c4c-4f28-8f1e-2f6f3f1f4c1d',
        'To: <sip:1001@192.0.2.10>',
        'Contact: <sip:asterisk@192.0.2.44:5060>',
        'Call-ID: 0d5a3f0e-1c53-44a6-bf2c-27e4fb2d8a0e',
        'CSeq: 11231 INVITE',
        'Allow: OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, MESSAGE, REFER',
        'Supported: 100rel, timer, replaces, norefersub, histinfo',
        'Session-Expires: 1800',
        'Min-SE: 90',
        'P-Asserted-Identity: "Carol Jones" <sip:+15550100@192.0.2.44>',
        'Max-Forwards: 70',
        'User-Agent: Asterisk PBX 22.0.0',
        'Content-Type: application/sdp',
      ],
      SDP,
    ),
  },
  {
    name: '200 to INVITE',
    text: message(
      [
        'SIP/2.0 200 OK',
        'Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bKb3a1.7d2f1;received=192.0.2.5',
        'Via: SIP/2.0/UDP 192.0.2.44:5060;rport=5060;branch=z9hG4bKPj4a5c9f28-5d23-4f3d-9a0e-8a5f2f7a1c55',
        'Record-Route: <sip:192.0.2.5;lr>',
        'From: "Carol Jones" <sip:+15550100@192.0.2.44>;tag=1b6e0c2a-5c4c-4f28-8f1e-2f6f3f1f4c1d',
        'To: <sip:1001@192.0.2.10>;tag=7f3c9',
        'Contact: <sip:192.0.2.10:5060>',
        'Call-ID: 0d5a3f0e-1c53-44a6-bf2c-27e4fb2d8a0e',
        'CSeq: 11231 INVITE',
        'Content-Type: application/sdp',
      ],
      SDP,
    ),
  },
  {
    name: 'REGISTER',
    text: message([
      'REGISTER sip:example.com SIP/2.0',
      'Via: SIP/2.0/TCP 192.0.2.77:49152;branch=z9hG4bK77asjd8a;rport',
      'From: <sip:ann@example.com>;tag=456248',
      'To: <sip:ann@example.com>',
      'Call-ID: 843817637684230@998sdasdh09',
      'CSeq: 1826 REGISTER',
      'Contact: <sip:ann@192.0.2.77:49152;transport=tcp>;expires=3600;q=0.7',
      'Max-Forwards: 70',
      'User-Agent: Phone 1.0',
    ]),
  },
  {
    name: 'OPTIONS',
    text: message([
      'OPTIONS sip:192.0.2.10 SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.5;branch=z9hG4bK9f2.1c7a4;rport',
      'From: <sip:dispatcher@192.0.2.5>;tag=8c1f7',
      'To: <sip:192.0.2.10>',
      'Call-ID: 5f0e2c3b-12@192.0.2.5',
      'CSeq: 10 OPTIONS',
      'Max-Forwards: 70',
    ]),
  },
];
