using Fairlead.Core.Results;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Loading;

internal static class GoldenCheck
{
    public static Result<int> Run(string name, string path, OnnxModel onnx, CancellationToken cancellationToken) => ServerProblems.GoldenInvalid(name, path);
}
