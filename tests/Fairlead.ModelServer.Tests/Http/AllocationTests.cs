using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.ModelServer.Tests.Http;

/// <summary>What our own code allocates for a request: the endpoint is called on this thread, with a context that allocates nothing.</summary>
public sealed class AllocationTests
{
    // Of which more than a third is the debug build's: its asynchronous methods make an object at every call.
    private const int Most = 2_900;

    [Fact]
    public async Task TenThousandRequests_AllocateLittleAndNoMoreAtTheEndThanAtTheStart()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(1000) });
        using var exchange = new Exchange("""{"id":"7","inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1.5,-2,3,4]}]}""");
        await RoundsAsync(server, exchange, 2_000);

        var start = await RoundsAsync(server, exchange, 5_000);
        var end = await RoundsAsync(server, exchange, 5_000);
        exchange.Answer.ShouldContain("[3,-4,6,8]");
        start.ShouldBeLessThan(Most);
        end.ShouldBeLessThan(Most);
    }

    /// <summary>Bytes per request, of those that ended on this thread: one behind a slow run goes on on another.</summary>
    private static async Task<double> RoundsAsync(TestServer server, Exchange exchange, int count)
    {
        var (bytes, here) = (0L, 0);
        for (var i = 0; i < count; i++)
        {
            exchange.Rewind();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var request = server.Host.Infer.HandleAsync(exchange.Context, server.Host.Readiness, server.Rest, TimeSpan.FromSeconds(30));
            if (request.IsCompletedSuccessfully) (bytes, here) = (bytes + GC.GetAllocatedBytesForCurrentThread() - before, here + 1);
            await request;
        }

        here.ShouldBeGreaterThan(count / 10);
        return bytes / (double)here;
    }

    /// <summary>One request that is sent again and again.</summary>
    private sealed class Exchange : IDisposable, IRequestBodyPipeFeature, IHttpRequestLifetimeFeature
    {
        private readonly CancellationTokenSource _left = new();
        private readonly ReadOnlySequence<byte> _body;
        private readonly Sink _sink = new();

        public Exchange(string json)
        {
            _body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json));
            var features = new FeatureCollection();
            features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "POST", Path = "/v2/models/m/infer", Headers = new HeaderDictionary { ContentLength = _body.Length } });
            features.Set<IHttpResponseFeature>(new HttpResponseFeature());
            features.Set<IHttpResponseBodyFeature>(new ResponseBody(_sink));
            features.Set<IRequestBodyPipeFeature>(this);
            features.Set<IHttpRequestLifetimeFeature>(this);
            Reader = new Source(_body);
            Context = new DefaultHttpContext(features);
            RequestAborted = _left.Token;
        }

        public DefaultHttpContext Context { get; }

        public PipeReader Reader { get; }

        public CancellationToken RequestAborted { get; set; }

        public string Answer => Encoding.UTF8.GetString(_sink.Written);

        public void Rewind() => _sink.Length = 0;

        public void Abort() => _left.Cancel();

        public void Dispose() => _left.Dispose();
    }

    private sealed class Source(ReadOnlySequence<byte> body) : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => new(new ReadResult(body, false, true));

        public override bool TryRead(out ReadResult result)
        {
            result = new ReadResult(body, false, true);
            return true;
        }

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    private sealed class Sink : PipeWriter
    {
        private readonly byte[] _memory = new byte[4096];

        public int Length { get; set; }

        public ReadOnlySpan<byte> Written => _memory.AsSpan(0, Length);

        public override void Advance(int bytes) => Length += bytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory.AsMemory(Length);

        public override Span<byte> GetSpan(int sizeHint = 0) => _memory.AsSpan(Length);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    private sealed class ResponseBody(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => Stream.Null;

        public PipeWriter Writer => writer;

        public void DisableBuffering()
        {
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
