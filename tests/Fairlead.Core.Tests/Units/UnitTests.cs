using Fairlead.Core.Units;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Core.Tests.Units;

public class UnitTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void Every_duration_is_read_as_it_was_written() =>
        Prop.ForAll(Longs(TimeSpan.MaxValue.Ticks), ticks =>
            Duration.TryParse(Duration.Format(new TimeSpan(ticks)), out var read) && read.Ticks == ticks).Check(Often);

    [Fact]
    public void Every_size_is_read_as_it_was_written() =>
        Prop.ForAll(Longs(long.MaxValue), bytes =>
            ByteSize.TryParse(new ByteSize(bytes).ToString(), out var read) && read.Bytes == bytes).Check(Often);

    [Fact]
    public void Every_amount_of_processor_is_read_as_it_was_written() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), millicores =>
            CpuQuantity.TryParse(new CpuQuantity(millicores).ToString(), out var read) && read.Millicores == millicores).Check(Often);

    [Fact]
    public void Every_share_is_read_as_it_was_written() =>
        Prop.ForAll(ArbMap.Default.ArbFor<decimal>().Filter(d => d >= 0), percent =>
            Share.TryParse(new Share(percent).ToString(), out var read) && read.Percent == percent).Check(Often);

    [Fact]
    public void No_text_makes_a_unit_throw_or_read_below_zero() =>
        Prop.ForAll(Gen.OneOf(ArbMap.Default.ArbFor<string>().Generator, Numbers()).ToArbitrary(), text =>
        {
            var time = !Duration.TryParse(text, out var span) || span >= TimeSpan.Zero;
            var size = !ByteSize.TryParse(text, out var bytes) || bytes.Bytes >= 0;
            var cpu = !CpuQuantity.TryParse(text, out var quantity) || quantity.Millicores >= 0;
            var share = !Share.TryParse(text, out var part) || part.Percent >= 0;
            return time && size && cpu && share;
        }).Check(Often.WithMaxTest(10_000));

    [Theory]
    [InlineData("500us", 5_000)]
    [InlineData("50ms", 500_000)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData("2m", 1_200_000_000)]
    [InlineData("2h", 72_000_000_000)]
    [InlineData("0.5us", 5)]
    [InlineData("0s", 0)]
    public void A_duration_has_the_length_of_its_unit(string text, long ticks)
    {
        Duration.TryParse(text, out var span).ShouldBeTrue();
        span.Ticks.ShouldBe(ticks);
        Duration.TryParse(Duration.Format(span), out var again).ShouldBeTrue();
        again.ShouldBe(span);
    }

    [Theory]
    [InlineData("1KiB", 1024)]
    [InlineData("1kB", 1000)]
    [InlineData("1.5GiB", 1610612736)]
    [InlineData("16MB", 16_000_000)]
    [InlineData("512B", 512)]
    [InlineData("8388607TiB", 9223370937343148032)]
    public void A_size_has_the_bytes_of_its_unit(string text, long bytes)
    {
        ByteSize.TryParse(text, out var size).ShouldBeTrue();
        size.Bytes.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("500m", 500)]
    [InlineData("0.5", 500)]
    [InlineData("2", 2000)]
    public void A_processor_amount_is_in_cores_or_thousandths(string text, int millicores)
    {
        CpuQuantity.TryParse(text, out var quantity).ShouldBeTrue();
        quantity.Millicores.ShouldBe(millicores);
    }

    [Theory]
    [InlineData("50")]
    [InlineData("")]
    [InlineData("ms")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5S")]
    [InlineData("1e3s")]
    [InlineData("99999999999999h")]
    [InlineData(null)]
    public void What_is_no_duration_is_refused(string? text) => Duration.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("256")]
    [InlineData("MiB")]
    [InlineData("-1MiB")]
    [InlineData("256Mi")]
    [InlineData("256 MiB")]
    [InlineData("8388608TiB")]
    [InlineData("9223372036854775808B")]
    [InlineData(null)]
    public void What_is_no_size_is_refused(string? text) => ByteSize.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("0.0005")]
    [InlineData("0.5m")]
    [InlineData("-1")]
    [InlineData("1001")]
    [InlineData("79228162514264337593543950335")]
    [InlineData(null)]
    public void What_is_no_processor_amount_is_refused(string? text) => CpuQuantity.TryParse(text, out _).ShouldBeFalse();

    /// <summary>Small, round and large ones alike.</summary>
    private static Arbitrary<long> Longs(long max) =>
        (from bits in ArbMap.Default.ArbFor<long>().Generator
         from raw in Gen.Choose(int.MinValue, int.MaxValue)
         from shift in Gen.Choose(0, 62)
         from round in Gen.Elements(1L, 10, 10_000, 10_000_000, 1024, 1 << 20, 1L << 40)
         let value = (long)((ulong)((bits << 32) ^ raw) >> 1 >> shift) % max
         select value / round * round).ToArbitrary();

    private static Gen<string> Numbers() =>
        from number in ArbMap.Default.ArbFor<decimal>().Generator
        from unit in Gen.Elements("", "us", "ms", "s", "m", "h", "B", "kB", "MiB", "TiB", "%", " s")
        select number.ToString(System.Globalization.CultureInfo.InvariantCulture) + unit;
}
