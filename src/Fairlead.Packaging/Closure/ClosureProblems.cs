using Fairlead.Core.Results;

namespace Fairlead.Packaging.Closure;

internal static class ClosureProblems
{
    public static Problem DamagedElf(string path, string reason) =>
        new("FL2301", $"'{path}' is no program or library that could be loaded: {reason}.", "Install or copy it again; 'readelf -d' shows what the loader reads.");

    public static Problem LibraryMissing(string file, string library, IReadOnlyList<string> looked) => new(
        "FL2302",
        $"'{file}' needs the library '{library}', which is in none of {string.Join(", ", looked)}.",
        "Install the package that has it; on Debian 'apt-file search' names it.");

    public static Problem LoaderMissing(string file, string loader) =>
        new("FL2303", $"'{file}' is started by the loader '{loader}', which is not on this machine.", "Use a program that was built for this system, or install the C library that it was built with.");

    public static Problem OtherMachine(string file, string wanted) =>
        new("FL2304", $"'{file}' was not built for {wanted}.", $"Use the build of it for {wanted}: all programs and libraries of an image are for one machine.");

    public static Problem RelativeLibrary(string file, string library) =>
        new("FL2305", $"'{file}' needs the library '{library}' by a relative path, and what that is depends on the folder it is started in.", "Build it with the library's bare name and a run path.");

    public static Problem FileMissing(string path, string what) =>
        new("FL2306", $"{what} ({path}) is not on this machine.", "Install the Debian package 'ca-certificates'.");
}
