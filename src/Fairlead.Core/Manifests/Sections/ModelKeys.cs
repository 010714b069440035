using Fairlead.Core.Manifests.Reading;

namespace Fairlead.Core.Manifests.Sections;

internal static class ModelKeys
{
    private static readonly NodeType<IReadOnlyDictionary<string, IReadOnlyList<string>>> ClassNames =
        new NamesType<IReadOnlyList<string>>(
            new ListType<string>(Scalars.Loose("a class's name", "Adelie")) { NotEmpty = true },
            "species",
            "^.+$",
            name => name.Length == 0 ? ManifestProblems.EmptyText("species") : null);

    private static readonly Key<ModelSpec, string> File =
        new("file", Texts.PathIn("penguins.onnx"), "An ONNX file in the manifest's folder.", m => m.File);

    private static readonly Key<ModelSpec, string> Image =
        new("image", References.Image("registry.example.com/team/model:1.0"), "Any container image, by reference.", m => m.Image);

    private static readonly Key<ModelSpec, string> User = new(
        "user",
        Scalars.Loose("a user's number, or root", "65532", Texts.IsBadUser),
        "As whom the image's program runs: a number, or root; default the image's own user, which may not be root.",
        m => m.User);

    private static readonly Key<ModelSpec, IReadOnlyList<string>> Command = new(
        "command",
        new ListType<string>(Scalars.AnyText("a word of the command", "python3")) { NotEmpty = true },
        "A program and its arguments, run in a copy of the manifest's folder; it is told its port in PORT.",
        m => m.Command);

    private static readonly Key<ModelSpec, string> Dockerfile =
        new("dockerfile", Texts.PathIn("."), "A folder with a Dockerfile in the manifest's folder.", m => m.Dockerfile);

    private static readonly Key<ModelSpec, IReadOnlyDictionary<string, IReadOnlyList<string>>> Labels =
        new("labels", ClassNames, "Names of the classes of an output, by the output's name.", m => m.Labels);

    private static readonly Key<ModelSpec, string> Golden =
        new("golden", Texts.PathIn("golden.json"), "Requests with the answers they must get before a replica is ready.", m => m.Golden);

    private static readonly Key<ModelSpec, string> Reference =
        new("reference", Texts.PathIn("reference.csv"), "The data that drift is measured against: CSV with a header.", m => m.Reference);

    private static readonly Key[] Kinds = [File, Image, Command, Dockerfile];

    public static NodeType<ModelSpec> Type { get; } =
        new RecordType<ModelSpec>("{file: model.onnx}", [File, Image, User, Command, Dockerfile, Labels, Golden, Reference], Read)
        {
            OneOf = [.. Kinds.Select(k => k.Name)],
        };

    private static ModelSpec Read(MapReader map)
    {
        var given = Kinds.Where(map.Has).ToList();
        if (given.Count == 0) map.Report(ManifestProblems.NoModel());
        foreach (var extra in given.Skip(1)) map.Report(extra, ManifestProblems.SecondModel(given[0].Name, extra.Name));
        if (given.Count > 0 && !given.Contains(File))
        {
            map.Refuse([Labels, Golden, Reference], key => ManifestProblems.OnlyWith(key.Name, "model/file", $"This model is given by '{given[0].Name}'; remove the key."));
        }

        if (!map.Has(Image) && !map.Has(Dockerfile)) map.Refuse([User], key => ManifestProblems.OnlyWith(key.Name, "model/image or model/dockerfile", "A model file's server and a command have their own; remove the key."));
        if (map.Find(Command) is ["", ..]) map.Report(Command, ManifestProblems.EmptyText("[python3, app.py]"));
        return new ModelSpec
        {
            File = map.Find(File),
            Image = map.Find(Image),
            User = map.Find(User),
            Command = map.Find(Command),
            Dockerfile = map.Find(Dockerfile),
            Labels = map.Get(Labels, new Dictionary<string, IReadOnlyList<string>>()),
            Golden = map.Find(Golden),
            Reference = map.Find(Reference),
        };
    }
}
