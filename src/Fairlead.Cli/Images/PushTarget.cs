using Fairlead.Cli.Deploying;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries;

namespace Fairlead.Cli.Images;

/// <summary>Which image is pushed, and where.</summary>
/// <param name="Repository">As the manifest has it; null when it has none, or no manifest was named.</param>
internal sealed record PushTarget(ImageName Image, string? Repository)
{
    /// <param name="given">An image of the store, or a folder or manifest; null for the current folder.</param>
    public static Result<PushTarget> Read(CommandContext context, string? given)
    {
        if (given is not null && !Path.Exists(context.FullPath(given)) && ImageName.TryParse(given, out var image)) return new PushTarget(image, null);
        var read = Preparation.Read(context, new DeployOptions(given, null, Preparation.ProcessEngine, null));
        return read.TryGet(out var manifest)
            ? new PushTarget(ImageName.Parse($"{manifest.Manifest.Name}:{manifest.Manifest.Version}"), manifest.Manifest.Image.Repository)
            : Result.Fail<PushTarget>(read.Problems);
    }

    /// <summary>A digest only comes out of a push.</summary>
    public static Result<ImageReference> Parse(string to)
    {
        var parsed = ImageReference.Parse(to);
        return parsed.TryGet(out var reference) && reference.Digest is not null ? CliProblems.WrongUsage($"'{to}' has a digest.", "Write registry/repository, or registry/repository:tag.") : parsed;
    }

    /// <summary>What the manifest says, else where the image came from or went last; under its own version.</summary>
    public Result<ImageReference> Place(StoredImage stored)
    {
        if ((Repository ?? stored.Remote) is not { } known) return CliProblems.NoRepository(stored.Name.ToString());
        var parsed = ImageReference.Parse(known);
        return parsed.TryGet(out var reference) ? reference.WithTag(stored.Name.Version) : parsed;
    }
}
