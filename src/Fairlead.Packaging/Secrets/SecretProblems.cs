using Fairlead.Core.Results;

namespace Fairlead.Packaging.Secrets;

internal static class SecretProblems
{
    public static Problem Found(string path, string kind, long? line) => new(
        "FL2320",
        line is null ? $"'{path}' is {kind}." : $"'{path}' holds {kind} in line {line}.",
        "Move it out of the folder and name it under 'secrets'. If it is no secret, or is meant to be there, add the path to 'image.allow_secrets'.")
    { At = new SourceLocation(path, (int)Math.Min(line ?? 0, int.MaxValue), "") };
}
