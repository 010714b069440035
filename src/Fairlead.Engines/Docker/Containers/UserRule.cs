using System.Globalization;
using Fairlead.Core.Engines;
using Fairlead.Core.Results;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>As whom a replica runs. Root only when the manifest says so. Pure.</summary>
internal static class UserRule
{
    private const string Root = "root";

    /// <param name="imageUser">As the image's configuration has it: a user or <c>user:group</c>, by number or name; empty is root.</param>
    /// <returns>What the container is made with; null is the image's own user.</returns>
    public static Result<string?> Of(Workload workload, string? imageUser)
    {
        if (workload is not Workload.Image image) return Result.Ok<string?>(ContainerPlan.OwnUser);
        if (image.User is { } asked) return Result.Ok<string?>(IsRoot(asked) ? "0:0" : $"{asked}:{asked}");
        return IsRoot(imageUser) ? DockerProblems.ImageRunsAsRoot(image.Reference) : Result.Ok<string?>(null);
    }

    /// <summary>The image's own user is a name, and what number it has only the image's <c>/etc/passwd</c> tells.</summary>
    public static string? NameToLookUp(Workload workload, string? imageUser) =>
        workload is Workload.Image { User: null } && UserPart(imageUser) is { Length: > 0 } name && !IsNumber(name) ? name : null;

    /// <summary>Whether a line of <c>/etc/passwd</c> gives the name the number 0.</summary>
    public static bool IsRootIn(string passwd, string name) =>
        passwd.Split('\n').Select(line => line.Split(':')).Any(fields => fields.Length > 2 && fields[0] == name && IsRoot(fields[2]));

    private static bool IsRoot(string? user) => UserPart(user) is "" or Root || (IsNumber(UserPart(user)) && UserPart(user).TrimStart('0').Length == 0);

    private static string UserPart(string? user) => (user ?? "").Split(':')[0].Trim();

    private static bool IsNumber(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
