/**
 * RESP, the protocol of Redis, in versions 2 and 3: streams for both sides of a connection, and the values they carry.
 *
 * The codec under them lies in `resp/`: `reply_decoder.ts` and `encode.ts` are the client's side, `command_decoder.ts`
 * and `reply_writer.ts` the server's. Nothing here imports from elsewhere.
 *
 * @module
 */
export { type CommandArgument, type ReplyValue, type StructuredValue } from "./resp/encode.ts";
export { ProtocolError } from "./resp/errors.ts";
export { Attributed, Push, type Reply, type ReplyObject, RespError, SimpleString, Verbatim } from "./resp/reply.ts";
export { type Decode, type ReplyDecoderOptions } from "./resp/reply_decoder.ts";
export {
  RespBatch,
  type RespCommand,
  type RespDecoderOptions,
  RespDecoderStream,
  type RespEncoderInput,
  type RespEncoderOptions,
  RespEncoderStream,
  type RespEntry,
  type RespRole,
} from "./resp/streams.ts";
