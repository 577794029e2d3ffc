/** How much a client may send at once, kept as plain numbers: they are read for every chunk that arrives. */
import type { Config } from "./config.ts";

export class InputLimits {
  /** Longest argument (`proto-max-bulk-len`). */
  maxBulkBytes!: number;
  /** Most that may be waiting unexecuted (`client-query-buffer-limit`). */
  maxQueryBytes!: number;

  constructor(config: Config) {
    config.follow(["proto-max-bulk-len", "client-query-buffer-limit"], () => {
      this.maxBulkBytes = config.number("proto-max-bulk-len");
      this.maxQueryBytes = config.number("client-query-buffer-limit");
    });
  }
}
