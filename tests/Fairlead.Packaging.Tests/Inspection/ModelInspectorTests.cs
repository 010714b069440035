using Fairlead.Onnx;
using Fairlead.Testing.Models;

namespace Fairlead.Packaging.Tests.Inspection;

public sealed class ModelInspectorTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void AModelIsDescribedWithItsDataFiles()
    {
        var file = TinyModels.WithExternalData("w.bin");
        var path = _place.Write("m.onnx", file);
        _place.Write("w.bin", new byte[8]);

        var inspection = ModelInspector.Inspect(path).Value;

        inspection.Bytes.ShouldBe(file.Length + 8);
        inspection.Digest.ShouldBe(Core.Identity.Digest.Of(file));
        inspection.ExternalFiles.ShouldBe(["w.bin"]);
        ProtocolTypes.Describe(inspection.Inputs.ShouldHaveSingleItem()).ShouldBe("FP32 [batch, 2]");
        inspection.Metadata.Producer.ShouldBe("tests 1.2");
    }

    [Fact]
    public void AModelThatIsRefusedIsAProblemWithTheReasonAndARemedy()
    {
        var problem = ModelInspector.Inspect(_place.Write("m.onnx", TinyModels.Identity(OnnxBuilder.BFloat16))).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL2013");
        problem.Message.ShouldContain("bfloat16");
        problem.Hint.ShouldNotBeEmpty();
    }

    [Fact]
    public void EveryFailureHasItsOwnCode()
    {
        var codes = Enum.GetValues<OnnxFailure>().Select(f => ModelProblems.CodeOf(f)).ToList();

        codes.Distinct().Count().ShouldBe(codes.Count);
    }
}
