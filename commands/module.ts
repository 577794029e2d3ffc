/**
 * MODULE: there are none, and none can be loaded: a module is machine code for the original's own interface. So the list is
 * empty, and a path is refused as the original refuses a file that is no module.
 */
import type { Args } from "../engine/args.ts";
import { ADMIN, NO_ASYNC_LOADING, NOSCRIPT, PROTECTED } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import { helpRow } from "./help.ts";

const CHANGING = ADMIN | NOSCRIPT | NO_ASYNC_LOADING | PROTECTED;

/** The row of MODULE, a container of subcommands. */
export const moduleCommands: CommandGroup = {
  module: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "4.0.0",
    complexity: "Depends on subcommand.",
    summary: "Lists, loads and unloads modules",
    sub: {
      help: helpRow("5.0.0"),
      list: {
        arity: 2,
        flags: ADMIN | NOSCRIPT,
        usage: "",
        since: "4.0.0",
        complexity: "O(N) where N is the number of loaded modules.",
        summary: "Lists the modules that are loaded, of which there are none here",
        tips: ["nondeterministic_output_order"],
        run: moduleList,
      },
      load: {
        arity: -3,
        flags: CHANGING,
        usage: "path [arg [arg ...]]",
        since: "4.0.0",
        complexity: "O(1)",
        summary: "Loads a module, which fails here",
        run: moduleLoad,
      },
      loadex: {
        arity: -3,
        flags: CHANGING,
        usage: "path [CONFIG name value [CONFIG name value ...]] [ARGS arg [arg ...]]",
        since: "7.0.0",
        complexity: "O(1)",
        summary: "Loads a module with directives of its own, which fails here",
        run: moduleLoad,
      },
      unload: {
        arity: 3,
        flags: CHANGING,
        usage: "name",
        since: "4.0.0",
        complexity: "O(1)",
        summary: "Unloads a module, of which there are none here",
        run: moduleUnload,
      },
    },
  },
};

const NOT_LOADED = new CommandError("ERR", "Error loading the extension. Please check the server logs.");
const NO_SUCH_MODULE = new CommandError("ERR", "Error unloading module: no such module with that name");

function moduleList(ctx: Context): void {
  ctx.out.array(0);
}

function moduleLoad(ctx: Context, args: Args): void {
  ctx.engine.log.log("warning", `Module ${args.text(2)} failed to load: modules cannot be loaded here`);
  throw NOT_LOADED;
}

function moduleUnload(): void {
  throw NO_SUCH_MODULE;
}
