/** Preloaded by `deno task test:restless`: every allocation ends the life of all views that were taken before it. */
import { Arena } from "../store/arena.ts";

Arena.isRestless = true;
