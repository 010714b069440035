using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Core.Tests.Identity;

public class IdentityTests
{
    private const string NameLetters = "abcxyz0189-";

    [Theory]
    [InlineData("a")]
    [InlineData("a-b")]
    [InlineData("3-2")]
    public void A_name_is_a_DNS_label(string text) => DeploymentName.Parse(text).ToString().ShouldBe(text);

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("A")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("é")]
    [InlineData(null)]
    public void What_is_no_name_is_refused(string? text) => DeploymentName.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_name_has_at_most_63_letters()
    {
        DeploymentName.TryParse(new string('a', 63), out _).ShouldBeTrue();
        DeploymentName.TryParse(new string('a', 64), out _).ShouldBeFalse();
    }

    [Fact]
    public void Every_new_replica_id_is_read_as_it_was_written()
    {
        var name = Gen.Elements(NameLetters.ToCharArray()).ArrayOf().Select(c => new string(c)).Where(t => DeploymentName.TryParse(t, out _));
        var cases = from text in name from revision in Gen.Choose(1, int.MaxValue) from seed in Gen.Choose(0, int.MaxValue) select (text, revision, seed);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var id = ReplicaId.New(DeploymentName.Parse(c.text), c.revision, new Random(c.seed));
            return ReplicaId.Parse(id.Value) == id && id.Value.StartsWith($"{c.text}-{c.revision}-", StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("penguins-3-../..")]
    [InlineData("penguins-3-k7f2")]
    [InlineData("penguins-3-k7f2\n")]
    [InlineData("penguins-+3-k7f2q")]
    [InlineData("penguins- 3-k7f2q")]
    [InlineData("penguins-x-k7f2q")]
    [InlineData("-3-k7f2q")]
    [InlineData("3-k7f2q")]
    [InlineData("")]
    public void What_is_no_replica_id_is_refused(string text) => Should.Throw<FormatException>(() => ReplicaId.Parse(text));

    [Fact]
    public void No_text_is_a_replica_id_whose_log_lies_outside_the_home() => Prop.ForAll<string>(text =>
    {
        try
        {
            var log = new FairleadHome("/home/logs-of").LogOf(ReplicaId.Parse($"a-1-{text}"));
            return Path.GetDirectoryName(Path.GetFullPath(log)) == "/home/logs-of/logs";
        }
        catch (FormatException)
        {
            return true;
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_digest_is_the_content_and_is_read_as_it_was_written() => Prop.ForAll<byte[]>(content =>
    {
        var digest = Digest.Of(content);
        return Digest.Parse(digest.Value) == digest && digest.Hex.Length == 64 && digest.Hex.StartsWith(digest.Short, StringComparison.Ordinal);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_digest_of_nothing_is_known() =>
        Digest.Of([]).Value.ShouldBe("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    [Theory]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:e3b0")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\n")]
    [InlineData(null)]
    public void What_is_no_digest_is_refused(string? text) => Digest.TryParse(text, out _).ShouldBeFalse();
}
