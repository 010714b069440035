using System.Xml.Linq;

namespace Fairlead.Architecture.Tests;

public class DependencyTests
{
    // ARCHITECTURE.md shows this table; arrows run one way, downwards.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Onnx"] = [],
        ["Telemetry"] = ["Core"],
        ["Oci"] = ["Core"],
        ["Packaging"] = ["Core", "Oci", "Onnx", "Telemetry"],
        ["ModelServer"] = ["Core", "Onnx", "Telemetry"],
        ["Gateway"] = ["Core", "Telemetry"],
        ["Engines"] = ["Core"],
        ["Control"] = ["Core", "Telemetry"],
        ["Api"] = ["Core"],
        ["Daemon"] = ["Api", "Control", "Engines", "Gateway"],
        ["Cli"] = ["Api", "Control", "Packaging", "Daemon"],
    };

    // Built along with the tool and started as a program; none of its types is used.
    private static readonly (string From, string To)[] BuildOnly = [("Cli", "ModelServer")];

    [Fact]
    public void ProjectsReferenceOnlyWhatTheHouseAllows()
    {
        var wrong = Projects().SelectMany(p => p.References.Where(r => !Allowed[p.Name].Contains(r)).Select(r => $"{p.Name} -> {r}")).ToList();

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void EveryProjectStandsInTheTable() =>
        Projects().Select(p => p.Name).Order().ShouldBe(Allowed.Keys.Order());

    [Fact]
    public void EveryProjectHasATestProject() =>
        Projects().Select(p => p.Name).Where(n => !Directory.Exists(Path.Combine(Repository.Root, "tests", $"Fairlead.{n}.Tests"))).ShouldBeEmpty();

    [Fact]
    public void PackageVersionsAreCentral()
    {
        var pinned = Repository.Files(".", "*.csproj")
            .Where(f => XDocument.Load(Path.Combine(Repository.Root, f)).Descendants("PackageReference").Any(r => r.Attribute("Version") is not null));

        pinned.ShouldBeEmpty();
    }

    [Fact]
    public void NoEngineSeesAnother()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "src/Fairlead.Engines")).Select(Path.GetFileName)
            .Where(f => f is "Process" or "Docker" or "Swarm" or "Compose" or "Kubernetes").ToList();
        var sightings = from folder in folders
                        from file in Repository.Files($"src/Fairlead.Engines/{folder}", "*.cs")
                        from other in folders.Where(o => o != folder)
                        where Repository.Read(file).Contains($"Fairlead.Engines.{other};", StringComparison.Ordinal)
                        select $"{file} uses {other}";

        sightings.ShouldBeEmpty();
    }

    private static IEnumerable<(string Name, string[] References)> Projects() =>
        from file in Repository.Files("src", "*.csproj")
        let name = NameOf(file)
        let references = XDocument.Load(Path.Combine(Repository.Root, file)).Descendants("ProjectReference")
            .Select(r => NameOf(r.Attribute("Include")!.Value)).Where(r => !BuildOnly.Contains((name, r))).ToArray()
        select (name, references);

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path)["Fairlead.".Length..];
}
