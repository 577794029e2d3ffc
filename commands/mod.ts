/** All command groups: the one place where they come together. A row's group is the name it stands under here. */
import { appendOnlyCommands } from "./append_only.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import { bitfieldCommands } from "./bitfield.ts";
import { bitmapCommands } from "./bitmap.ts";
import { clientCommands } from "./client.ts";
import { clusterCommands } from "./cluster.ts";
import { commandCommands } from "./command.ts";
import { configCommands } from "./config.ts";
import { connectionCommands } from "./connection.ts";
import { databaseCommands } from "./database.ts";
import { debugCommands } from "./debug.ts";
import { dumpCommands, restoreAskingCommands } from "./dump.ts";
import { expireCommands } from "./expire.ts";
import { genericCommands } from "./generic.ts";
import { geoCommands } from "./geo.ts";
import { hashCommands } from "./hash.ts";
import { hyperloglogCommands } from "./hyperloglog.ts";
import { infoCommands } from "./info.ts";
import { listCommands } from "./list.ts";
import { listBlockingCommands } from "./list_blocking.ts";
import { latencyCommands } from "./latency.ts";
import { lolwutCommands } from "./lolwut.ts";
import { memoryCommands } from "./memory.ts";
import { miniatureCommands } from "./miniature.ts";
import { moduleCommands } from "./module.ts";
import { monitorCommands } from "./monitor.ts";
import { replicationCommands, waitCommands } from "./replication.ts";
import { pubsubCommands } from "./pubsub.ts";
import { serverCommands } from "./server.ts";
import { setCommands } from "./set.ts";
import { slowlogCommands } from "./slowlog.ts";
import { sortCommands } from "./sort.ts";
import { sortedSetCommands } from "./sorted_set.ts";
import { streamCommands } from "./stream.ts";
import { streamGroupCommands } from "./stream_group.ts";
import { saveCommands } from "./save.ts";
import { streamInfoCommands } from "./stream_info.ts";
import { streamPendingCommands } from "./stream_pending.ts";
import { streamReadCommands } from "./stream_read.ts";
import { stringCommands } from "./string.ts";
import { transactionCommands } from "./transaction.ts";

/** Rows by group. */
export const COMMANDS: Readonly<Record<string, CommandGroup>> = {
  bitmap: { ...bitmapCommands, ...bitfieldCommands },
  cluster: clusterCommands,
  connection: { ...connectionCommands, ...clientCommands },
  generic: {
    ...genericCommands,
    ...dumpCommands,
    ...expireCommands,
    ...miniatureCommands,
    ...sortCommands,
    ...waitCommands,
  },
  geo: geoCommands,
  hash: hashCommands,
  hyperloglog: hyperloglogCommands,
  list: { ...listCommands, ...listBlockingCommands },
  pubsub: pubsubCommands,
  server: {
    ...appendOnlyCommands,
    ...commandCommands,
    ...configCommands,
    ...databaseCommands,
    ...debugCommands,
    ...infoCommands,
    ...latencyCommands,
    ...lolwutCommands,
    ...memoryCommands,
    ...moduleCommands,
    ...monitorCommands,
    ...replicationCommands,
    ...restoreAskingCommands,
    ...saveCommands,
    ...serverCommands,
    ...slowlogCommands,
  },
  set: setCommands,
  "sorted-set": sortedSetCommands,
  stream: {
    ...streamCommands,
    ...streamGroupCommands,
    ...streamInfoCommands,
    ...streamPendingCommands,
    ...streamReadCommands,
  },
  string: stringCommands,
  transactions: transactionCommands,
};
