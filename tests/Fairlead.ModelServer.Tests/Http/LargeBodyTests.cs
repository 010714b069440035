using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Http;

/// <summary>Bodies that are received straight into the memory that ONNX Runtime reads, over real sockets.</summary>
public sealed class LargeBodyTests : IDisposable
{
    private const int Rows = 75_000;

    private readonly PackedFolder _folder = PackedFolder.Of(TinyModels.Double());

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("at once", new int[0])]
    [InlineData("the header alone first", new[] { 100 })]
    [InlineData("cut before and behind where it is believed", new[] { 30_000, 40_000, 100_000, 100_001, 599_000 })]
    public async Task EveryByteArrivesWhereItBelongs_AndTheNextRequestBehindItToo(string label, int[] cuts)
    {
        await using var server = await TestServer.StartAsync(_folder.Path);
        using var client = await ConnectAsync(server);
        var (first, second) = (Values(1), Values(2));
        byte[] sent = [.. Request(first), .. Request(second)];
        foreach (var cut in cuts.Append(sent.Length).Zip(cuts.Prepend(0)))
        {
            await client.GetStream().WriteAsync(sent.AsMemory(cut.Second..cut.First));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        (await ReadOutputAsync(client)).ShouldBe([.. first.Select(v => v * 2)], label);
        (await ReadOutputAsync(client)).ShouldBe([.. second.Select(v => v * 2)], label);
    }

    [Fact]
    public async Task DeadlineInTheMiddle_Is504AndTheConnectionServesOn()
    {
        await using var server = await TestServer.StartAsync(_folder.Path, o => o with { Timeout = TimeSpan.FromSeconds(2) });
        using var client = await ConnectAsync(server);
        var (first, second) = (Request(Values(1)), Values(2));
        await client.GetStream().WriteAsync(first.AsMemory(..200_000));
        (await ReadAsync(client)).Head.ShouldStartWith("HTTP/1.1 504 ");

        await client.GetStream().WriteAsync((byte[])[.. first.AsSpan(200_000..), .. Request(second)]);
        (await ReadOutputAsync(client)).ShouldBe([.. second.Select(v => v * 2)]);
    }

    [Fact]
    public async Task ClientThatLeavesInTheMiddle_HarmsNobodyElse()
    {
        await using var server = await TestServer.StartAsync(_folder.Path);
        for (var i = 0; i < 20; i++)
        {
            using var leaves = await ConnectAsync(server);
            await leaves.GetStream().WriteAsync(Request(Values(i)).AsMemory(..(100_000 + (i * 1000))));
            leaves.Client.Close(timeout: i % 2);
        }

        using var client = await ConnectAsync(server);
        var values = Values(7);
        await client.GetStream().WriteAsync(Request(values));
        (await ReadOutputAsync(client)).ShouldBe([.. values.Select(v => v * 2)]);
    }

    private static float[] Values(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Rows * 2).Select(_ => random.NextSingle())];
    }

    private static byte[] Request(float[] values)
    {
        var json = $$"""{"parameters":{"binary_data_output":true},"inputs":[{"name":"x","datatype":"FP32","shape":[{{Rows}},2],"parameters":{"binary_data_size":{{values.Length * sizeof(float)}} } }]}""";
        var head = $"POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n{BinaryRequests.HeaderLength}: {json.Length}\r\nContent-Length: {json.Length + (values.Length * sizeof(float))}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head + json), .. MemoryMarshal.AsBytes(values.AsSpan())];
    }

    private static async Task<TcpClient> ConnectAsync(TestServer server)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Http);
        return client;
    }

    private static async Task<float[]> ReadOutputAsync(TcpClient client)
    {
        var (head, body) = await ReadAsync(client);
        head.ShouldStartWith("HTTP/1.1 200 ");
        return MemoryMarshal.Cast<byte, float>(body.AsSpan(Header(head, BinaryRequests.HeaderLength))).ToArray();
    }

    private static async Task<(string Head, byte[] Body)> ReadAsync(TcpClient client)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await client.GetStream().ReadExactlyAsync(one, patience.Token);
            head.Append((char)one[0]);
        }

        var body = new byte[Header(head.ToString(), "Content-Length")];
        await client.GetStream().ReadExactlyAsync(body, patience.Token);
        return (head.ToString(), body);
    }

    private static int Header(string head, string name)
    {
        var start = head.IndexOf($"\r\n{name}: ", StringComparison.OrdinalIgnoreCase) + name.Length + 4;
        return int.Parse(head.AsSpan(start, head.IndexOf('\r', start) - start), CultureInfo.InvariantCulture);
    }
}
