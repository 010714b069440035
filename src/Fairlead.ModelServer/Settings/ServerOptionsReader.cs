using System.Globalization;
using System.Net;
using Fairlead.Core.Models;
using Fairlead.Core.Results;
using Fairlead.Core.Units;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Settings;

/// <summary>Reads the settings from the environment; every wrong one is reported, not the first.</summary>
internal sealed class ServerOptionsReader
{
    private readonly Func<string, string?> _environment;
    private readonly List<Problem> _problems = [];

    private ServerOptionsReader(Func<string, string?> environment) => _environment = environment;

    public static Result<ServerOptions> Read(Func<string, string?> environment) => new ServerOptionsReader(environment).Read();

    private Result<ServerOptions> Read()
    {
        var defaults = new ServerOptions();
        var options = new ServerOptions
        {
            ModelFolder = Value(ServerSettings.ModelFolder) ?? defaults.ModelFolder,
            Http = Address(ServerSettings.Http, defaults.Http),
            Grpc = Address(ServerSettings.Grpc, defaults.Grpc),
            Metrics = Address(ServerSettings.Metrics, defaults.Metrics),
            Timeout = Span(ServerSettings.Timeout, defaults.Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)),
            MaxBody = Size(ServerSettings.MaxBody, defaults.MaxBody),
            Cpu = Cores(),
            Queue = Number(ServerSettings.Queue, defaults.Queue, 0, 100_000),
            BatchSize = Value(ServerSettings.BatchSize) is null ? null : Number(ServerSettings.BatchSize, 1, 1, 4096),
            BatchDelay = Span(ServerSettings.BatchDelay, defaults.BatchDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            MaxConnections = Number(ServerSettings.MaxConnections, defaults.MaxConnections, 1, 1_000_000),
            Drain = Span(ServerSettings.Drain, defaults.Drain, TimeSpan.Zero, TimeSpan.FromDays(1)),
            LogLevel = Level(defaults.LogLevel),
            Replica = Value(ServerSettings.Replica),
        };

        CheckDiffer(ServerSettings.Http, options.Http, ServerSettings.Grpc, options.Grpc);
        CheckDiffer(ServerSettings.Http, options.Http, ServerSettings.Metrics, options.Metrics);
        CheckDiffer(ServerSettings.Grpc, options.Grpc, ServerSettings.Metrics, options.Metrics);
        return _problems.Count > 0 ? Result.Fail<ServerOptions>(_problems) : options;
    }

    private void CheckDiffer(string name, IPEndPoint address, string other, IPEndPoint otherAddress)
    {
        if (address.Port != 0 && address.Equals(otherAddress)) _problems.Add(ServerProblems.SameAddress(name, other, address.ToString()));
    }

    private string? Value(string name) => _environment(name) is { Length: > 0 } value ? value : null;

    private IPEndPoint Address(string name, IPEndPoint fallback)
    {
        if (Value(name) is not { } text) return fallback;
        var numeric = text.StartsWith("localhost:", StringComparison.Ordinal) ? string.Concat("127.0.0.1", text.AsSpan("localhost".Length)) : text;

        // IPEndPoint reads an address without a port as port 0.
        var port = numeric.AsSpan(numeric.LastIndexOf(':') + 1);
        if (IPEndPoint.TryParse(numeric, out var address) && port.Length > 0 && port.Length < numeric.Length
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read == address.Port) return address;
        return Wrong(name, text, "an address and a port such as 127.0.0.1:8080 or [::1]:8080", fallback);
    }

    private TimeSpan Span(string name, TimeSpan fallback, TimeSpan least, TimeSpan most)
    {
        if (Value(name) is not { } text) return fallback;
        return Duration.TryParse(text, out var span) && span >= least && span <= most
            ? span
            : Wrong(name, text, $"a time with a unit from {Duration.Format(least)} to {Duration.Format(most)}, such as {Duration.Format(fallback)}", fallback);
    }

    private ByteSize Size(string name, ByteSize fallback)
    {
        if (Value(name) is not { } text) return fallback;
        return ByteSize.TryParse(text, out var size) && size.Bytes is >= 1024 and <= 1 << 30
            ? size
            : Wrong(name, text, $"a size with a unit from 1KiB to 1GiB, such as {fallback}", fallback);
    }

    private CpuQuantity? Cores()
    {
        if (Value(ServerSettings.Cpu) is not { } text) return null;
        return CpuQuantity.TryParse(text, out var cores) && cores.Millicores is > 0 and <= 1_000_000
            ? cores
            : Wrong<CpuQuantity?>(ServerSettings.Cpu, text, "an amount of processor from 1m to 1000, such as 500m or 2", null);
    }

    private int Number(string name, int fallback, int least, int most)
    {
        if (Value(name) is not { } text) return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : Wrong(name, text, $"a whole number from {least} to {most}", fallback);
    }

    private LogLevel Level(LogLevel fallback) => Value(ServerSettings.LogLevel) switch
    {
        null => fallback,
        "debug" => LogLevel.Debug,
        "information" => LogLevel.Information,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        var text => Wrong(ServerSettings.LogLevel, text, "debug, information, warning or error", fallback),
    };

    private T Wrong<T>(string name, string value, string wanted, T fallback)
    {
        _problems.Add(ServerProblems.BadSetting(name, value, wanted));
        return fallback;
    }
}
