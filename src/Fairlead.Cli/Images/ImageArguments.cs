using System.CommandLine;
using Fairlead.Cli.Output;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries;

namespace Fairlead.Cli.Images;

/// <summary>What the commands on images have in common.</summary>
internal static class ImageArguments
{
    public static Option<bool> PlainHttp() => new("--plain-http") { Description = "Talk to the registry without TLS; on loopback that happens by itself" };

    public static Argument<T> Completed<T>(Argument<T> argument, CliHost host)
    {
        argument.CompletionSources.Add(_ => Names(host.Home, host.Time));
        return argument;
    }

    public static OciStore Store(CommandContext context) => new(context.Home, context.Time);

    public static Result<RegistryOptions> Registry(CommandContext context, bool plainHttp)
    {
        var read = RegistryOptions.FromEnvironment(context.Host.Variable, context.Time);
        return read.TryGet(out var options) ? options with { PlainHttp = plainHttp } : read;
    }

    public static Result<ImageName> Name(string given) =>
        ImageName.TryParse(given, out var name) ? name : CliProblems.WrongUsage($"'{given}' is no image of the local store.", "Write NAME:VERSION; 'fairlead images' lists them.");

    private static IEnumerable<string> Names(FairleadHome home, TimeProvider time) =>
        new OciStore(home, time).List().TryGet(out var images) ? images.Select(i => i.Name.ToString()) : [];
}
