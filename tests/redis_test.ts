/** The helper that starts a real `redis-server` (tests/_redis.ts). */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { freePort, hasRedis, startRedis } from "./_redis.ts";

const ignore = !hasRedis;

Deno.test({
  name: "startRedis() answers on its own port, keeps nothing and is gone afterwards (needs redis-server)",
  ignore,
  fn: async () => {
    let port: number;
    {
      await using redis = await startRedis();
      await using other = await startRedis("--requirepass", "x");
      port = redis.port;
      assertNotEquals(port, other.port);
      assert(redis.pid > 0 && redis.pid !== other.pid);
      using conn = await Deno.connect({ port });
      await conn.write(new TextEncoder().encode("CONFIG GET save\r\n"));
      const reply = new Uint8Array(100);
      const size = await conn.read(reply) ?? 0;
      assertEquals(new TextDecoder().decode(reply.subarray(0, size)), "*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
    }
    await assertRejects(() => Deno.connect({ port }), Deno.errors.ConnectionRefused);
  },
});

Deno.test({
  name: "startRedis() says what redis-server said when it does not start (needs redis-server)",
  ignore,
  fn: async () => {
    await assertRejects(() => startRedis("--no-such-directive", "1"), Error, "Bad directive");
  },
});

Deno.test("freePort() finds a port that can be listened on", () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: freePort() });
  assert(listener.addr.port > 0);
});
