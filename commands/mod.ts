/** All command groups: the one place where they come together. A row's group is the name it stands under here. */
import type { CommandGroup } from "../engine/command_table.ts";
import { clientCommands } from "./client.ts";
import { commandCommands } from "./command.ts";
import { configCommands } from "./config.ts";
import { connectionCommands } from "./connection.ts";
import { databaseCommands } from "./database.ts";
import { expireCommands } from "./expire.ts";
import { genericCommands } from "./generic.ts";
import { infoCommands } from "./info.ts";
import { miniatureCommands } from "./miniature.ts";
import { serverCommands } from "./server.ts";
import { stringCommands } from "./string.ts";

/** Rows by group. */
export const COMMANDS: Readonly<Record<string, CommandGroup>> = {
  connection: { ...connectionCommands, ...clientCommands },
  generic: { ...genericCommands, ...expireCommands, ...miniatureCommands },
  server: { ...commandCommands, ...configCommands, ...databaseCommands, ...infoCommands, ...serverCommands },
  string: stringCommands,
};
