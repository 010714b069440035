using Fairlead.Onnx.Files;
using Fairlead.Testing.Models;
using Fairlead.Testing.SharedData;

namespace Fairlead.Onnx.Tests;

/// <summary>A model gives the same whether ZipMap was taken out of it or not.</summary>
public sealed class ZipMapRemovalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[]> Classifiers => new()
    {
        { "texts", TinyModels.ZipMapOfStrings("setosa", "adelie", "virginica") },
        { "numbers", TinyModels.ZipMapOfNumbers(7, -1, 3) },
        { "the file gives the maps' type inside the graph too", TypedInside() },
    };

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void ItIsTakenOutAndTheAnswersStayTheSame(string name, byte[] file)
    {
        var path = _folder.Write($"{name}.onnx", file);

        Removed(path).ShouldBeTrue();
        SameWithAndWithout(path, Tensors.Floats("scores", [2, 3], 0.25f, float.NaN, -0f, 4, float.PositiveInfinity, 6));
        SameWithAndWithout(path, Tensors.Floats("scores", [0, 3]));
    }

    [Fact]
    public void WhatOnnxRuntimeIsGivenHasATensorOfTheSameName()
    {
        var path = _folder.Write("m.onnx", TinyModels.ZipMapOfStrings("b", "a"));
        using var rewritten = ZipMapRemoval.Apply(path, ModelFile.Inspect(path))!;

        using var model = OnnxModel.Load(_folder.Write("rewritten.onnx", rewritten.Bytes), new OnnxOptions());

        model.Outputs.ShouldHaveSingleItem().Name.ShouldBe("probabilities");
        model.Outputs[0].Classes.ShouldBeNull();
        model.Run(Tensors.Floats("scores", [1, 2], 3, 4))[0].Floats().ShouldBe([3, 4]);
        rewritten.Classes["probabilities"].ShouldBe(["b", "a"]);
    }

    [Fact]
    public void OfTwoBothAreTakenOut()
    {
        var path = _folder.Write("m.onnx", Mapped().Node(ZipMap("scores", "first", "b", "a")).Node(ZipMap("scores", "second", "c", "d"))
            .OutputOf("second", Maps()).OutputOf("first", Maps()).Build());

        using var rewritten = ZipMapRemoval.Apply(path, ModelFile.Inspect(path))!;
        rewritten.Classes.Keys.ShouldBe(["first", "second"], ignoreOrder: true);
        SameWithAndWithout(path, Tensors.Floats("scores", [2, 2], 1, 2, 3, 4));
    }

    [Fact]
    public void OneRowWithoutItsFirstSizeStaysARow()
    {
        var path = _folder.Write("m.onnx", new OnnxBuilder().Opset("", 17).Opset("ai.onnx.ml", 1).Input("scores", OnnxBuilder.Float, 2)
            .Node(ZipMap("scores", "maps", "b", "a")).OutputOf("maps", Maps()).Build());

        Removed(path).ShouldBeTrue();
        SameWithAndWithout(path, Tensors.Floats("scores", [2], 1, 2));
        using var model = OnnxModel.Load(path, new OnnxOptions());
        model.Run(Tensors.Floats("scores", [2], 1, 2))[0].Tensor.Shape.ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnotherNumberOfColumnsThanClassesIsRefused(bool keepMaps)
    {
        var path = _folder.Write("m.onnx", new OnnxBuilder().Opset("", 17).Opset("ai.onnx.ml", 1).Input("scores", OnnxBuilder.Float, null, null)
            .Node(ZipMap("scores", "maps", "b", "a")).OutputOf("maps", Maps()).Build());
        using var model = OnnxModel.Load(path, new OnnxOptions(), keepMaps);

        Should.Throw<OnnxException>(() => model.Run(Tensors.Floats("scores", [2, 3], 1, 2, 3, 4, 5, 6))).ShouldBe(OnnxFailure.InvalidInput, "do not fit");
    }

    [Fact]
    public void WhatOnnxRuntimeRefusesIsToldInTheFilesOwnTerms()
    {
        var path = _folder.Write("m.onnx", new OnnxBuilder().Opset("", 17).Opset("ai.onnx.ml", 1).Input("scores", OnnxBuilder.Int64, "batch", 2)
            .Node(ZipMap("scores", "maps", "b", "a")).OutputOf("maps", Maps()).Build());

        Removed(path).ShouldBeTrue();
        Should.Throw<OnnxException>(() => OnnxModel.Load(path, new OnnxOptions())).Detail.ShouldNotBeNull().ShouldContain("ZipMap");
    }

    [Fact]
    public void ItStaysWhereItsMapsAreUsedInside()
    {
        var body = new ProtoBytes().Message(1, OnnxBuilder.NodeOf("Identity", "", ["maps"], ["inner"])).Text(2, "body").Message(12, new ProtoBytes().Text(1, "inner"));
        var passed = new ProtoBytes().Text(2, "body").Message(12, new ProtoBytes().Text(1, "maps"));

        Stays(Classifier().Node("Identity", ["maps"], ["other"]));
        Stays(Classifier().Node("If", ["condition"], ["other"], OnnxBuilder.GraphAttribute("then_branch", body)));
        Stays(Classifier().Node("If", ["condition"], ["other"], OnnxBuilder.GraphAttribute("then_branch", passed)));
        Stays(Mapped().Node(ZipMap("scores", "maps", "b", "a")).Output("scores", OnnxBuilder.Float, "batch", 2));
    }

    [Fact]
    public void ItStaysWhereItIsNotWhatScikitLearnWrites()
    {
        Stays(Mapped().Node(ZipMap("scores", "maps", "a", "a")).OutputOf("maps", Maps()));
        Stays(Mapped().Node(ZipMap("scores", "maps", "a", "b").Text(7, "com.example")).OutputOf("maps", Maps()));
        Stays(Mapped().Node(ZipMap("scores", "maps", "a", "b").Message(5, OnnxBuilder.Attribute("classlabels_int64s", 1, 2))).OutputOf("maps", Maps()));
        Stays(Mapped().Node(OnnxBuilder.NodeOf("ZipMap", "ai.onnx.ml", ["scores"], ["maps"])).OutputOf("maps", Maps()));
        Stays(new OnnxBuilder().Opset("ai.onnx.ml", 1).Input("scores", OnnxBuilder.Float, "batch", 2).Node(ZipMap("scores", "maps", "b", "a")).OutputOf("maps", Maps()));
    }

    [Fact]
    public void AModelWithDataBesideItIsLoadedFromItsFile()
    {
        _folder.Write("weights.bin", [0, 0, 128, 63, 0, 0, 0, 64]);
        var path = _folder.Write("m.onnx", new OnnxBuilder().Opset("", 17).Opset("ai.onnx.ml", 1).Input("x", OnnxBuilder.Float, "batch", 2)
            .Initializer(OnnxBuilder.External("w", [2], "weights.bin")).Node("Add", ["x", "w"], ["scores"])
            .Node(ZipMap("scores", "maps", "b", "a")).OutputOf("maps", Maps()).Build());

        Removed(path).ShouldBeFalse();
        using var model = OnnxModel.Load(path, new OnnxOptions());
        model.Run(Tensors.Floats("x", [1, 2], 1, 2))[0].Floats().ShouldBe([2, 4]);
    }

    [Fact]
    public void AFileLargerThanTheLimitIsLoadedFromItsFile()
    {
        var path = _folder.Write("m.onnx", TinyModels.ZipMapOfStrings("a", "b"));
        var facts = ModelFile.Inspect(path);
        using (var file = File.OpenWrite(path)) file.SetLength(ZipMapRemoval.MostBytes + 1);

        ZipMapRemoval.Apply(path, facts).ShouldBeNull();
    }

    [Fact]
    public void AFileThatChangedSinceItWasLookedAtNeverCrashes()
    {
        var whole = TypedInside();
        var path = _folder.Write("m.onnx", whole);
        var facts = ModelFile.Inspect(path);
        for (var length = 0; length < whole.Length; length++) Apply(whole.AsSpan(0, length));

        var random = new Random(22);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = whole.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Apply(bytes);
        }

        File.Delete(path);
        ZipMapRemoval.Apply(path, facts).ShouldBeNull();

        // Damage is kept where it is copied, but none may be added.
        void Apply(ReadOnlySpan<byte> bytes)
        {
            using var rewritten = ZipMapRemoval.Apply(_folder.Write("m.onnx", bytes), facts);
            if (rewritten is not null && IsModel(bytes)) IsModel(rewritten.Bytes).ShouldBeTrue();
        }

        bool IsModel(ReadOnlySpan<byte> bytes)
        {
            try
            {
                return ModelFile.Inspect(_folder.Write("looked-at.onnx", bytes)).HasGraph;
            }
            catch (OnnxException)
            {
                return false;
            }
        }
    }

    [SharedDataTheory("models/sklearn")]
    [InlineData("logreg_iris.onnx", true)]
    [InlineData("rf_iris.onnx", true)]
    [InlineData("pipeline_lightgbm.onnx", true)]
    [InlineData("pipeline_xgboost.onnx", true)]
    [InlineData("pipeline_titanic_nozipmap.onnx", false)]
    public void RealClassifiersAnswerTheSame(string file, bool hasMaps)
    {
        var path = SharedFiles.PathOf($"models/sklearn/{file}");
        using var rewritten = ZipMapRemoval.Apply(path, ModelFile.Inspect(path));
        (rewritten is not null).ShouldBe(hasMaps);

        // A refusal would be hidden by the file being loaded instead.
        if (rewritten is not null) OnnxModel.Load(_folder.Write(file, rewritten.Bytes), new OnnxOptions(), keepMaps: true).Dispose();
        using var model = OnnxModel.Load(path, new OnnxOptions());

        for (var rows = 1; rows <= 3; rows++) SameWithAndWithout(path, [.. model.Inputs.Select(i => Inputs(i, rows))]);
    }

    private static NamedTensor Inputs(TensorInfo input, long rows)
    {
        var shape = input.Shape.Select((size, axis) => axis == 0 ? rows : Math.Max(1, size)).ToArray();
        var count = (int)shape.Aggregate(1L, (a, b) => a * b);
        return input.Type switch
        {
            TensorType.String => Tensors.Strings(input.Name, shape, [.. Enumerable.Repeat("1", count)]),
            TensorType.Int64 => Tensors.Of(input.Name, TensorType.Int64, shape, [.. Enumerable.Range(0, count).Select(n => (long)n)]),
            _ => Tensors.Floats(input.Name, shape, [.. Enumerable.Range(0, count).Select(n => 0.7f * n)]),
        };
    }

    private static void SameWithAndWithout(string path, params NamedTensor[] inputs)
    {
        using var with = OnnxModel.Load(path, new OnnxOptions(), keepMaps: true);
        using var without = OnnxModel.Load(path, new OnnxOptions());
        var (expected, actual) = (with.Run(inputs), without.Run(inputs));

        actual.Count.ShouldBe(expected.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            var (was, now) = (with.Outputs[i], without.Outputs[i]);
            (now.Name, now.Type).ShouldBe((was.Name, was.Type));
            now.Shape.ShouldBe(was.Shape);
            now.DimensionNames.ShouldBe(was.DimensionNames);
            now.Classes.ShouldBe(was.Classes);
            actual[i].Name.ShouldBe(expected[i].Name);
            actual[i].Tensor.Type.ShouldBe(expected[i].Tensor.Type);
            actual[i].Tensor.Shape.ShouldBe(expected[i].Tensor.Shape);
            actual[i].Tensor.Bytes.ToArray().ShouldBe(expected[i].Tensor.Bytes.ToArray());
        }
    }

    private static bool Removed(string path)
    {
        using var rewritten = ZipMapRemoval.Apply(path, ModelFile.Inspect(path));
        return rewritten is not null;
    }

    private void Stays(OnnxBuilder model) => Removed(_folder.Write("stays.onnx", model.Build())).ShouldBeFalse();

    private static OnnxBuilder Mapped() => new OnnxBuilder().Opset("", 17).Opset("ai.onnx.ml", 1).Input("scores", OnnxBuilder.Float, "batch", 2);

    private static OnnxBuilder Classifier() => Mapped().Node(ZipMap("scores", "maps", "b", "a")).OutputOf("maps", Maps());

    private static ProtoBytes ZipMap(string input, string output, params string[] classes) =>
        OnnxBuilder.NodeOf("ZipMap", "ai.onnx.ml", [input], [output], OnnxBuilder.Attribute("classlabels_strings", classes));

    private static ProtoBytes Maps() => OnnxBuilder.SequenceType(OnnxBuilder.MapType(OnnxBuilder.String, OnnxBuilder.TensorType(OnnxBuilder.Float)));

    // Nodes and types follow the outputs, as a writer is free to have them.
    private static byte[] TypedInside() => new OnnxBuilder().Opset("", 17).Opset("ai.onnx.ml", 1).Input("scores", OnnxBuilder.Float, "batch", 3)
        .OutputOf("maps", Maps()).Type("maps", Maps()).Type("doubled", OnnxBuilder.TensorType(OnnxBuilder.Float, "batch", 3))
        .Node("Add", ["scores", "scores"], ["doubled"]).Node(ZipMap("doubled", "maps", "z", "é", "a").Text(3, "ends")).Build();
}
