namespace Fairlead.Cli.Tests;

internal static class Samples
{
    public const string Status = """
        {"name":"penguins","version":"1.4.0","engine":"process","phase":"ready","revision":3,"desired":1,"ready":1,"created_at":"2026-01-01T00:00:00Z",
         "urls":["http://127.0.0.1:8080/v2/models/penguins"],"traffic":{"requests_per_second":3.21,"requests":7,"failed":0,"in_flight":1},
         "replicas":[{"id":"penguins-3-aaaaa","revision":3,"phase":"ready","address":"127.0.0.1:9","handle":"77","started_at":"2026-01-01T00:00:00Z","restarts":0,"cpu_cores":0.25,"memory_bytes":52428800,"in_flight":1,"notes":[]}]}
        """;

    public static string StatusWith(int ready, int desired) => $$"""
        {"name":"penguins","version":"1.4.0","engine":"process","phase":"{{(ready == desired ? "ready" : "progressing")}}","revision":3,"desired":{{desired}},"ready":{{ready}},"created_at":"2026-01-01T00:00:00Z",
         "urls":[],"traffic":{"requests":0,"failed":0,"in_flight":0},"replicas":[{{string.Join(',', Enumerable.Range(0, desired).Select(Replica))}}]}
        """;

    private static string Replica(int i) => $$"""{"id":"penguins-3-aaaa{{i}}","revision":3,"phase":"ready","address":"127.0.0.1:9","handle":"{{i}}","started_at":"2026-01-01T00:00:00Z","restarts":0,"in_flight":0,"notes":[]}""";
}
