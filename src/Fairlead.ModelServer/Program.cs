using Fairlead.Core.Results;
using Fairlead.ModelServer.Hosting;
using Fairlead.ModelServer.Logging;
using Fairlead.ModelServer.Settings;
using Microsoft.Extensions.Logging;

const int Failed = 1;
const int WrongSettings = 2;

var time = TimeProvider.System;
using var signals = new StopSignals();
var settings = ServerOptionsReader.Read(Environment.GetEnvironmentVariable);
if (!settings.TryGet(out var options)) return Refuse(settings.Problems, WrongSettings);
if (args is [HealthProbe.Argument]) return await HealthProbe.RunAsync(options.Http, Console.Out, time) ? 0 : Failed;
var checking = args is [ModelCheck.Argument];
if (checking) options = ModelCheck.Settings(options);

using var logs = JsonLogProvider.Factory(Console.OpenStandardOutput(), options.LogLevel, time);
await using var server = new ModelServerHost(options, logs, time);
var started = await server.StartAsync(CancellationToken.None);
if (!started.IsOk) return Refuse(started.Problems, Failed);
if (checking) return await ModelCheck.RunAsync(server.Readiness) ? 0 : Failed;

await signals.Asked;
await server.DrainAsync();
return 0;

int Refuse(IReadOnlyList<Problem> problems, int exitCode)
{
    using var errors = JsonLogProvider.Factory(Console.OpenStandardError(), LogLevel.Error, time);
    foreach (var problem in problems) StartProblem.Log(errors.CreateLogger("Fairlead.ModelServer"), problem);
    return exitCode;
}
