/** What is to be taken back when a client is gone. Whatever keeps something for a client has a line here. */
import type { ClientState } from "../engine/client_state.ts";
import type { Engine } from "../engine/context.ts";

/** The client waits for nothing, watches and hears nothing any more: nothing is spent on it from now on. */
export function forgetClient(engine: Engine, client: ClientState): void {
  client.isGone = true;
  engine.pubsub.forget(client);
  engine.tracking.forget(client);
  engine.blocking.forget(client);
  engine.watches.unwatch(client);
  engine.pause.forget(client);
  engine.interceptors.forget(client);
  engine.monitors.remove(client);
  engine.clientMemory.forget(client);
}
