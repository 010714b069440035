using System.Buffers.Binary;
using System.Diagnostics;
using Fairlead.Packaging.Closure;
using Fairlead.Testing.Skipping;

namespace Fairlead.Packaging.Tests.Closure;

public sealed class ElfReaderTests : IDisposable
{
    private const string Subject = "/bin/ls";
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [FactWhereProgram("readelf", "apt-get install binutils")]
    public void WhatIsReadIsWhatReadelfPrints()
    {
        string[] subjects = [Subject, "/bin/bash", "/usr/bin/env", .. Directory.GetFiles("/usr/lib/x86_64-linux-gnu", "*.so.*").Where(f => new FileInfo(f).LinkTarget is null).Order(StringComparer.Ordinal).Take(60)];
        foreach (var subject in subjects)
        {
            var printed = Run("readelf", "-dW", subject).Split('\n');

            var elf = ElfReader.Read(subject).Value;

            elf.Needed.ShouldBe(Values(printed, "(NEEDED)"), subject);
            (elf.SoName is { } name ? [name] : Array.Empty<string>()).ShouldBe(Values(printed, "(SONAME)"), subject);
            string.Join(':', elf.RunPath).ShouldBe(string.Join("", Values(printed, "(RUNPATH)")), subject);
        }
    }

    [Fact]
    public void AProgramNamesItsLoader() =>
        ElfReader.Read(Subject).Value.Interpreter.ShouldStartWith("/lib");

    [Fact]
    public void AScriptIsNoElfFile()
    {
        var path = _place.Write("run.sh", "#!/bin/sh\n");

        ElfReader.IsElf(path).ShouldBeFalse();
        ElfReader.Read(path).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2301");
    }

    [Theory]
    [InlineData(4, 1, "32 bits")]
    [InlineData(5, 2, "high byte first")]
    public void AFileForAnotherKindOfMachineIsTold(int offset, byte value, string what)
    {
        var bytes = File.ReadAllBytes(Subject);
        bytes[offset] = value;

        ElfReader.Read(_place.Write("other", bytes)).Value.Machine.ShouldBe(ElfMachine.Other, what);
    }

    [Fact]
    public void AFileCutAnywhereIsReadOrRefusedButNeverFails()
    {
        var bytes = File.ReadAllBytes(Subject);
        for (var length = 0; length < bytes.Length; length += length < 2048 ? 7 : 4099)
        {
            var read = ElfReader.Read(_place.Write("cut", bytes.AsSpan(0, length)));
            if (length < 64) read.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2301");
        }
    }

    [Fact]
    public void AFileWithAnyFieldLyingIsReadOrRefusedButNeverFails()
    {
        // Every eight bytes of the header, the program headers and the dynamic section, at the values where sums overflow.
        var original = File.ReadAllBytes(Subject);
        var places = Enumerable.Range(0, 100).Select(i => i * 8).Concat(DynamicSection(original)).ToList();
        foreach (var place in places)
        {
            foreach (var lie in new ulong[] { ulong.MaxValue, long.MaxValue, 1UL << 63, (ulong)original.Length, 0UL })
            {
                var bytes = (byte[])original.Clone();
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(place), lie);

                Should.NotThrow(() => ElfReader.Read(_place.Write("lie", bytes)));
            }
        }
    }

    [Fact]
    public void ANameOutsideItsTableIsRefused()
    {
        var bytes = File.ReadAllBytes(Subject);
        var entry = DynamicSection(bytes).First(at => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)) == 1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(entry + 8), 1 << 30);

        ElfReader.Read(_place.Write("outside", bytes)).Problems.ShouldHaveSingleItem().Message.ShouldContain("outside its table of strings");
    }

    [Fact]
    public void ADynamicSectionWithoutAnEndIsRefused()
    {
        var bytes = File.ReadAllBytes(Subject);
        var header = DynamicHeader(bytes);
        var filler = new byte[16 * 5000];
        for (var i = 0; i < 5000; i++) filler[i * 16] = 21;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(header + 8), (ulong)bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(header + 32), (ulong)filler.Length);

        ElfReader.Read(_place.Write("endless", [.. bytes, .. filler])).Problems.ShouldHaveSingleItem().Message.ShouldContain("has no end");
    }

    private static int DynamicHeader(byte[] bytes)
    {
        var at = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(32));
        while (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)) != 2) at += 56;
        return at;
    }

    private static IEnumerable<int> DynamicSection(byte[] bytes)
    {
        var start = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(DynamicHeader(bytes) + 8));
        return Enumerable.Range(0, 32).Select(i => start + (i * 16));
    }

    private static IEnumerable<string> Values(IEnumerable<string> lines, string tag) =>
        lines.Where(l => l.Contains(tag, StringComparison.Ordinal)).Select(l => l[(l.IndexOf('[', StringComparison.Ordinal) + 1)..l.LastIndexOf(']')]);

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }
}
