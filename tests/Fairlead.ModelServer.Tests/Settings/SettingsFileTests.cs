using Fairlead.Core.Results;
using Fairlead.ModelServer.Settings;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Tests.Settings;

public sealed class SettingsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fairlead-settings-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "server.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void File_IsReadAsTheEnvironmentIs()
    {
        var options = Read("""
            {
                // What this replica serves
                "model": "/m", "timeout": "2s", "queue": 7, "cpu": 0.5, "log_level": "warning", "min_rate": "0B",
            }
            """).Value;
        options.ModelFolder.ShouldBe("/m");
        options.Timeout.ShouldBe(TimeSpan.FromSeconds(2));
        options.Queue.ShouldBe(7);
        options.Cpu!.Value.Cores.ShouldBe(0.5);
        options.LogLevel.ShouldBe(LogLevel.Warning);
        options.MinRate.Bytes.ShouldBe(0);
    }

    [Fact]
    public void Environment_WinsOverTheFile()
    {
        var options = Read("""{"timeout": "2s", "queue": 7}""", ("FAIRLEAD_TIMEOUT", "9s")).Value;
        options.Timeout.ShouldBe(TimeSpan.FromSeconds(9));
        options.Queue.ShouldBe(7);
    }

    [Fact]
    public void EverythingWrong_IsReportedAtOnce()
    {
        var problems = Read("""{"timeot": "2s", "zzz": 1, "queue": -1, "drain": true, "cpu": null, "http": "x", "grpc": "x", "replica": "", "http": "127.0.0.1:1"}""", ("FAIRLEAD_HTTP", "y"), ("LOG_LEVEL", "loud")).Problems;
        problems.Select(p => p.Code).Order().ShouldBe(["FL2201", "FL2201", "FL2201", "FL2201", "FL2201", "FL2201", "FL2205", "FL2205", "FL2206", "FL2206", "FL2207"]);
        problems.Single(p => p.Message.Contains("timeot", StringComparison.Ordinal)).Hint.ShouldBe("Did you mean 'timeout'?");
        problems.Single(p => p.Message.Contains("zzz", StringComparison.Ordinal)).Hint.ShouldContain("server.md");
        problems.Select(p => p.Message).ShouldContain($"'queue' in {Path} is '-1', which is no valid value.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"queue\": 1} x")]
    public void FileThatIsNoObject_IsAProblemWithItsPath(string text) => Read(text).Problems.ShouldHaveSingleItem().ToString().ShouldStartWith($"FL2204: The settings file {Path} cannot be read: ");

    [Fact]
    public void MissingFolderOrTooLargeFile_IsAProblemAndTheEnvironmentIsCheckedToo()
    {
        foreach (var path in new[] { Path + ".none", _folder.FullName })
        {
            ServerOptionsReader.Read(n => n switch { "FAIRLEAD_CONFIG" => path, "FAIRLEAD_QUEUE" => "x", _ => null }).Problems.Select(p => p.Code).ShouldBe(["FL2204", "FL2201"]);
        }

        Read("{}" + new string(' ', 300 << 10)).Problems.ShouldHaveSingleItem().Message.ShouldContain("256 KiB");
    }

    private Result<ServerOptions> Read(string text, params (string Name, string Value)[] set)
    {
        File.WriteAllText(Path, text);
        return ServerOptionsReader.Read(name => name == "FAIRLEAD_CONFIG" ? Path : set.FirstOrDefault(s => s.Name == name).Value);
    }
}
