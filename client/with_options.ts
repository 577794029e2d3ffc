/**
 * The commands of a client, with other options for each call.
 */
import type { StructuredValue } from "../resp/encode.ts";
import type { Reply } from "../resp/reply.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import type { CommandInfo } from "./command_info.ts";
import { CommandMethods } from "./command_methods.ts";
import type { Convert } from "./pending.ts";
import type { BytesScan, KeyScanOptions, Scan } from "./scan.ts";
import type { CallOptions } from "./vocabulary.ts";

/** Commands that wait as they were told. */
export class WithOptions extends CommandMethods {
  readonly #commands: CommandMethods;
  readonly #options: CallOptions;

  /**
   * @param commands Who sends them.
   * @param options How long to wait, unless a call says otherwise.
   */
  constructor(commands: CommandMethods, options: CallOptions) {
    super();
    this.#commands = commands;
    this.#options = options;
  }

  override execute(
    info: CommandInfo,
    args: readonly StructuredValue[],
    decode: Decode | undefined,
    options: CallOptions | undefined,
    convert: Convert | null,
  ): Promise<Reply> {
    return this.#commands.execute(info, args, decode, { ...this.#options, ...options }, convert);
  }

  /** A cluster has its own way to go through keys. */
  override scan(options: KeyScanOptions & BytesScan): Scan<Uint8Array>;
  override scan(options?: KeyScanOptions): Scan<string>;
  override scan(options: KeyScanOptions = {}): Scan<string> | Scan<Uint8Array> {
    return this.#commands.scan({ ...this.#options, ...options });
  }
}
