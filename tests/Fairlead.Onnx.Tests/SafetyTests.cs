using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

public sealed class SafetyTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EightThreadsGetTheirOwnAnswers()
    {
        using var model = OnnxModel.Load(_folder.Write("model.onnx", TinyModels.Double()), new OnnxOptions());

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Factory.StartNew(() => RunMany(n), TaskCreationOptions.LongRunning)));

        void RunMany(int number)
        {
            for (var i = 0; i < 2_000; i++) model.Run(Tensors.Floats("x", [1, 2], number, i))[0].Floats().ShouldBe([number * 2, i * 2]);
        }
    }

    [Fact]
    public async Task DisposeWhileOthersRun_TheyFinishOrAreRefused()
    {
        for (var round = 0; round < 5; round++)
        {
            var model = OnnxModel.Load(_folder.Write("model.onnx", TinyModels.Double()), new OnnxOptions());
            using var started = new CountdownEvent(4);
            var runs = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => RunUntilRefused(model, started), TaskCreationOptions.LongRunning)).ToArray();

            started.Wait(TimeSpan.FromSeconds(10)).ShouldBeTrue();
            model.Dispose();

            await Task.WhenAll(runs).WaitAsync(TimeSpan.FromSeconds(10));
        }

        static void RunUntilRefused(OnnxModel model, CountdownEvent started)
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    model.Run(Tensors.Floats("x", [1, 2], 1, 2))[0].Floats().ShouldBe([2, 4]);
                }
                catch (ObjectDisposedException)
                {
                    return;
                }

                if (i == 0) started.Signal();
            }
        }
    }

    [Fact]
    public void Run_CancelledWhileItRuns_EndsSoon()
    {
        using var model = OnnxModel.Load(_folder.Write("loop.onnx", TinyModels.Loop()), new OnnxOptions());
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        NamedTensor[] forever = [Tensors.Of("steps", TensorType.Int64, [], long.MaxValue), Tensors.Of("x", TensorType.Int64, [1], 0L)];

        Should.Throw<OperationCanceledException>(() => model.Run(forever, null, source.Token)).CancellationToken.ShouldBe(source.Token);

        model.Run(Tensors.Of("steps", TensorType.Int64, [], 5L), Tensors.Of("x", TensorType.Int64, [1], 1L))[0].Tensor.AsSpan<long>()[0].ShouldBe(6);
    }

    [Fact]
    public void Run_CancelledBefore_DoesNotRun()
    {
        using var model = OnnxModel.Load(_folder.Write("model.onnx", TinyModels.Double()), new OnnxOptions());

        Should.Throw<OperationCanceledException>(() => model.Run([Tensors.Floats("x", [1, 2], 1, 2)], null, new CancellationToken(canceled: true)));
    }
}
