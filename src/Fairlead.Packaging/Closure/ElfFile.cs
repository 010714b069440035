namespace Fairlead.Packaging.Closure;

/// <summary>What the loader reads of a program or library before it runs (System V ABI, gABI chapters 4 and 5).</summary>
/// <param name="Machine"><c>e_machine</c>; <see cref="ElfMachine.Other"/> when the file is not of 64 bits, low byte first.</param>
/// <param name="Needed">Names of libraries, in the order in which the loader takes them.</param>
/// <param name="RunPath">Folders of <c>DT_RUNPATH</c>, unexpanded.</param>
/// <param name="RPath">Folders of <c>DT_RPATH</c>, which the loader leaves aside where there is a run path.</param>
/// <param name="Interpreter">The loader itself, which programs name and libraries do not.</param>
internal sealed record ElfFile(
    ElfMachine Machine,
    IReadOnlyList<string> Needed,
    IReadOnlyList<string> RunPath,
    IReadOnlyList<string> RPath,
    string? SoName,
    string? Interpreter);

internal enum ElfMachine
{
    Other = 0,
    X64 = 62,
    Arm64 = 183,
}
