using System.Runtime.CompilerServices;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;

namespace Fairlead.Core.Tests.Manifests;

/// <summary>
/// Each folder under <c>Cases</c> is a case: <c>fairlead.yaml</c>, an optional <c>env.txt</c> with the environment, and what
/// must come of it in <c>expected.json</c> or <c>error.txt</c>. With FAIRLEAD_ACCEPT=1 the expectations are written anew.
/// </summary>
public class GoldenCaseTests
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "Cases");

    public static TheoryData<string> Cases =>
        new(Directory.GetDirectories(Folder).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_manifest_gives_what_its_case_says(string name)
    {
        var folder = Path.Combine(Folder, name);
        var environmentFile = Path.Combine(folder, "env.txt");
        var environment = File.Exists(environmentFile) ? File.ReadAllText(environmentFile).Trim() : null;
        var result = ManifestReader.Parse(File.ReadAllText(Path.Combine(folder, "fairlead.yaml")), "fairlead.yaml", environment);
        var (file, actual) = result.TryGet(out var manifest) ? ("expected.json", ManifestJson.Write(manifest)) : ("error.txt", Lines(result.Problems));

        if (Environment.GetEnvironmentVariable("FAIRLEAD_ACCEPT") == "1")
        {
            File.Delete(Path.Combine(folder, "expected.json"));
            File.Delete(Path.Combine(folder, "error.txt"));
            File.WriteAllText(Path.Combine(folder, file), actual);
        }

        File.Exists(Path.Combine(folder, file)).ShouldBeTrue($"{name} expects something else than {file}:\n{actual}");
        actual.ShouldBe(File.ReadAllText(Path.Combine(folder, file)));
    }

    [Fact]
    public void There_are_at_least_fifty_cases_of_which_thirty_are_errors()
    {
        Directory.GetDirectories(Folder).Length.ShouldBeGreaterThanOrEqualTo(50);
        Directory.GetFiles(Folder, "error.txt", SearchOption.AllDirectories).Length.ShouldBeGreaterThanOrEqualTo(30);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_good_manifest_is_the_same_after_writing_and_reading(string name)
    {
        var expected = Path.Combine(Folder, name, "expected.json");
        if (!File.Exists(expected)) return;
        var json = File.ReadAllText(expected);
        ManifestJson.Write(ManifestReader.Parse(json, "manifest.json", null).Value).ShouldBe(json);
    }

    private static string Lines(IReadOnlyList<Problem> problems) => string.Concat(problems.Select(p => $"{p}\n"));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
