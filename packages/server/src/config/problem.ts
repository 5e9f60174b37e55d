/** What is wrong with a configuration file. */
export interface Problem {
  /** The key that it is about, group by group; undefined when the text says where. */
  readonly path?: readonly string[];
  readonly text: string;
}
