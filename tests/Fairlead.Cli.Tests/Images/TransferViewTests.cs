using Fairlead.Cli.Commands;
using Fairlead.Cli.Images;
using Fairlead.Cli.Output;
using Fairlead.Core.Identity;
using Fairlead.Oci.Images;
using Fairlead.Oci.Registries;
using Fairlead.Oci.Registries.Transfers;

namespace Fairlead.Cli.Tests.Images;

public class TransferViewTests
{
    private static readonly Descriptor Model = Blob("model", 2_000_000).With(AnnotationKeys.Title, "model");
    private static readonly Descriptor Runtime = Blob("runtime", 18_000_000).With(AnnotationKeys.Title, "onnxruntime");
    private static readonly Descriptor Config = Blob("config", 1_300) with { MediaType = MediaTypes.Config };

    [Fact]
    public void EachBlobHasALine_WithABarWhileItMoves()
    {
        var view = new TransferView();
        view.Report(new TransferProgress(Runtime, TransferState.Moving, 4_500_000));
        view.Report(new TransferProgress(Model, TransferState.Present, 2_000_000));
        view.Report(new TransferProgress(Runtime, TransferState.Moving, 9_000_000));
        view.Report(new TransferProgress(Config, TransferState.Moved, 1_300));

        view.Lines(width: 120).ShouldBe(
        [
            $"onnxruntime      {Runtime.Digest.Short} ████████████░░░░░░░░░░░░ 9.0 MB of 18.0 MB",
            $"model            {Model.Digest.Short} there already",
            $"configuration    {Config.Digest.Short} done",
        ]);
        view.Lines(width: 20).ShouldAllBe(line => line.Length <= 20);
    }

    [Fact]
    public void APushEndsWithWhatWasSentAndWhatWasThere()
    {
        var report = new PushReport(
            ImageReference.Parse("registry.example.com/models/penguins:1.1.0").Value, Model.Digest, Unchanged: false,
            [new(Config, TransferState.Moved), new(Runtime, TransferState.Mounted), new(Model, TransferState.Moved)], []);

        PushCommand.Render(report, width: 120, new Paint(false)).ShouldBe(
        [
            "BLOB              SIZE  DIGEST",
            $"configuration   1.3 kB  {Config.Digest.Short}  sent",
            $"onnxruntime    18.0 MB  {Runtime.Digest.Short}  from another repository",
            $"model           2.0 MB  {Model.Digest.Short}  sent",
            $"registry.example.com/models/penguins:1.1.0 2.0 MB sent, 18.0 MB were there, {Model.Digest}",
        ]);
    }

    private static Descriptor Blob(string content, long size) => new() { MediaType = MediaTypes.Layer, Digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(content)), Size = size };
}
