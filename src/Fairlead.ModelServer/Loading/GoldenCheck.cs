using Fairlead.Core.Models.Golden;
using Fairlead.Core.Results;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Loading;

/// <summary>Sends the golden requests through the same reader that clients' requests go through, and compares the answers.</summary>
internal static class GoldenCheck
{
    /// <summary>How many cases matched: all of them.</summary>
    public static Result<int> Run(string name, string path, OnnxModel onnx, CancellationToken cancellationToken)
    {
        var file = GoldenReader.Read(File.ReadAllBytes(path), name);
        if (!file.TryGet(out var golden)) return Result.Fail<int>(file.Problems);
        var signature = new ModelSignature(onnx.Inputs, onnx.Outputs);
        foreach (var testCase in golden.Cases)
        {
            if (RunCase(testCase, golden, signature, onnx, cancellationToken) is { } problem) return problem;
        }

        return golden.Cases.Count;
    }

    private static Problem? RunCase(GoldenCase test, GoldenFile golden, ModelSignature signature, OnnxModel onnx, CancellationToken cancellationToken)
    {
        try
        {
            using var request = InferRequestReader.Read(test.Request.Span, signature);
            var outputs = onnx.Run(request.Inputs!, request.Outputs, cancellationToken);
            foreach (var expected in test.Outputs)
            {
                if (outputs.FirstOrDefault(o => o.Name == expected.Name) is not { } got) return ServerProblems.GoldenMismatch($"case '{test.Name}': there is no output '{expected.Name}'.");
                if (GoldenComparison.Difference(expected, got.Tensor, golden) is { } difference) return ServerProblems.GoldenMismatch($"case '{test.Name}', output '{expected.Name}' {difference}.");
            }

            return null;
        }
        catch (Exception e) when (e is RequestRefusedException or OnnxException)
        {
            return ServerProblems.GoldenFailed(test.Name, e.Message);
        }
    }
}
