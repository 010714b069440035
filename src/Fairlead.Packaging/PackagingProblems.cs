using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Packaging;

internal static class PackagingProblems
{
    public static Problem FileMissing(string path, string folder, IReadOnlyList<string> there, string? nearest) => new(
        "FL2101",
        $"'{path}' is not in {folder}{(there.Count == 0 ? ", which is empty" : $"; the folder holds {string.Join(", ", there)}")}.",
        nearest is null ? "Put the file there or correct the path; it is relative to the manifest's folder." : $"Did you mean '{nearest}'?");

    public static Problem LeadsOut(string path) => new(
        "FL2102", $"'{path}' leads out of the manifest's folder.", "Copy the file into the folder, without '..' and without links that leave it.");

    public static Problem NotAFile(string path, string kind) => new(
        "FL2103", $"'{path}' is {kind}, not a file.", "Name a file, or remove it from the folder.");

    public static Problem TooLarge(string folder, long bytes, ByteSize limit) => new(
        "FL2104", $"The folder {folder} holds more than {limit} ({bytes} bytes so far).", "Keep data and environments out of it: only what the program needs to run belongs there.");

    public static Problem DiskFull(string store, string reason) => new(
        "FL2105", $"There is no room for the model in {store}: {reason}", "Free some space, or set FAIRLEAD_HOME to a folder on another disk.");

    public static Problem StoreNotWritable(string store, string reason) => new(
        "FL2106", $"The content store {store} cannot be written: {reason}", "Give this user the right to write there, or set FAIRLEAD_HOME to another folder.");

    public static Problem NameReserved(string path) => new(
        "FL2107", $"'{path}' has the name of a file that Fairlead writes itself.", "Give the file another name.");

    public static Problem CommandNotPacked(string program, string folder) => new(
        "FL2108", $"The command runs '{program}', and '{folder}' is left out when the folder is packed.", "Use a program that is installed on the machine, or put it into another folder.");

    public static Problem SourceUnreadable(string path, string reason) => new(
        "FL2109", $"'{path}' cannot be read: {reason}", "Check the file's permissions and the disk.");

    public static Problem NothingToPack(string key) => new(
        "FL2112", $"A manifest with 'model/{key}' has nothing that could be packed.", "Use 'model.file' or 'model.command', or run it with --engine docker.");
}
