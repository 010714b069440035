using Fairlead.Oci.Registries;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Oci.Tests.Registries;

public class ImageReferenceTests
{
    private const string Zero = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("registry.example.com/models/penguins:1.4.0", "registry.example.com", "models/penguins", "1.4.0", false)]
    [InlineData("registry.example.com/penguins", "registry.example.com", "penguins", null, false)]
    [InlineData("localhost/penguins:latest", "localhost", "penguins", "latest", false)]
    [InlineData("localhost:5000/a/b/c:V_1.x-y", "localhost:5000", "a/b/c", "V_1.x-y", false)]
    [InlineData("127.0.0.1:5000/a__b.c-d@" + Zero, "127.0.0.1:5000", "a__b.c-d", null, true)]
    [InlineData("[::1]:5000/a:1@" + Zero, "[::1]:5000", "a", "1", true)]
    public void Parts(string text, string registry, string repository, string? tag, bool digest)
    {
        var reference = ImageReference.Parse(text).Value;

        (reference.Registry, reference.Repository, reference.Tag, reference.Digest is not null).ShouldBe((registry, repository, tag, digest));
        reference.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("penguins:1", "FL7302")]
    [InlineData("models/penguins:1", "FL7302")]
    [InlineData("", "FL7301")]
    [InlineData("registry.example.com/", "FL7301")]
    [InlineData("registry.example.com/Penguins:1", "FL7301")]
    [InlineData("https://registry.example.com/penguins:1", "FL7301")]
    [InlineData("registry.example.com/penguins:", "FL7301")]
    [InlineData("registry.example.com/penguins:.1", "FL7301")]
    [InlineData("registry.example.com/penguins@sha256:0", "FL7301")]
    [InlineData("registry.example.com/../penguins", "FL7301")]
    [InlineData("registry.example.com/a//b", "FL7301")]
    [InlineData("user:password@registry.example.com/penguins", "FL7301")]
    [InlineData("registry.example.com/penguins:1\n", "FL7301")]
    public void WhatIsNone(string text, string code) => ImageReference.Parse(text).Problems.ShouldHaveSingleItem().Code.ShouldBe(code);

    [Fact]
    public void WhatIsReadIsWrittenAsItWas() => Prop.ForAll(References().ToArbitrary(), text => ImageReference.Parse(text).Value.ToString() == text).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyTextIsAReferenceOrAProblem() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        text is null || (ImageReference.Parse(text) is var parsed && (parsed.IsOk ? parsed.Value.ToString() == text : parsed.Problems.Count == 1))).QuickCheckThrowOnFailure();

    private static Gen<string> References()
    {
        var word = Gen.Elements("a", "models", "x9", "long-name", "under__score");
        return from host in Gen.Elements("registry.example.com", "localhost", "127.0.0.1:5000", "h.io:1")
               from depth in Gen.Choose(1, 4)
               from path in word.ListOf(depth)
               from tag in Gen.Elements("", ":1", ":v1.2_3-x", ":latest")
               from digest in Gen.Elements("", $"@{Zero}")
               select $"{host}/{string.Join('/', path)}{tag}{digest}";
    }
}
