using Fairlead.Cli.Doctor;
using Fairlead.Core.Homes;

namespace Fairlead.Cli.Tests.Doctor;

public sealed class DoctorTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void AFreshHomeIsFine() => HomeChecks.Run(_cli.Home).ShouldAllBe(c => c.State != "fail");

    [Fact]
    public void ALongPath_CannotHoldTheSocket()
    {
        var home = new FairleadHome(Path.Combine(_cli.Home.Root, new string('x', 100)));

        Of("socket path", HomeChecks.Run(home)).State.ShouldBe("fail");
    }

    [Fact]
    public void ADamagedStateFile_IsNamedAndLeftAlone()
    {
        _cli.WriteFile("state.db", "this is no database at all");

        var check = Of("state", HomeChecks.Run(_cli.Home));

        check.State.ShouldBe("fail");
        check.Finding.ShouldContain(_cli.Home.StateFile);
        File.ReadAllText(_cli.Home.StateFile).ShouldBe("this is no database at all");
    }

    [Fact]
    public void ATokenThatOthersMayRead_IsAFailure()
    {
        var token = _cli.WriteFile("run/api-token", "secret");
        File.SetUnixFileMode(_cli.Home.Run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Of("access", HomeChecks.Run(_cli.Home)).Remedy!.ShouldStartWith($"chmod 600 {token}");
    }

    [Fact]
    public async Task Doctor_Json_ListsEveryCheck()
    {
        await _cli.RunAsync("doctor", "--output", "json");

        using var json = System.Text.Json.JsonDocument.Parse(_cli.Out);
        json.RootElement.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("subject").GetString())
            .ShouldBe(["home", "access", "disk", "socket path", "state", "controller", "API port", "gateway port", "ONNX Runtime", "model server", "python3", "Docker"]);
    }

    private static Check Of(string subject, IEnumerable<Check> checks) => checks.Single(c => c.Subject == subject);
}
