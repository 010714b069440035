using Fairlead.Cli;
using Fairlead.Cli.Output;

var host = CliHost.Console();
host.Interrupts.Listen();
var exitCode = await CommandLine.RunAsync(args, host);
await host.Out.FlushAsync();
return exitCode;
