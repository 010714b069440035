using System.Net;
using Fairlead.ModelServer.Settings;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Tests.Settings;

public sealed class ServerOptionsReaderTests
{
    [Fact]
    public void NothingSet_GivesTheDefaults() => ServerOptionsReader.Read(_ => null).Value.ShouldBe(new ServerOptions());

    [Fact]
    public void EverythingSet_IsRead()
    {
        var options = Read(
            ("FAIRLEAD_MODEL", "/m"), ("FAIRLEAD_HTTP", "127.0.0.1:1"), ("FAIRLEAD_METRICS", "[::1]:2"), ("FAIRLEAD_GRPC", "localhost:3"), ("FAIRLEAD_TIMEOUT", "2s"),
            ("FAIRLEAD_MAX_BODY", "1MiB"), ("FAIRLEAD_CPU", "500m"), ("FAIRLEAD_QUEUE", "0"), ("FAIRLEAD_BATCH_SIZE", "16"), ("FAIRLEAD_BATCH_DELAY", "2ms"), ("FAIRLEAD_MAX_CONNECTIONS", "9"), ("FAIRLEAD_DRAIN", "0s"),
            ("FAIRLEAD_MAX_TENSOR", "2MiB"), ("FAIRLEAD_HEADER_TIMEOUT", "1s"), ("FAIRLEAD_MIN_RATE", "0B"), ("FAIRLEAD_IDLE_TIMEOUT", "1m"), ("LOG_LEVEL", "warning"), ("FAIRLEAD_REPLICA", "m-1-abcde")).Value;
        options.ModelFolder.ShouldBe("/m");
        options.Http.ShouldBe(new IPEndPoint(IPAddress.Loopback, 1));
        options.Metrics.ShouldBe(new IPEndPoint(IPAddress.IPv6Loopback, 2));
        options.Timeout.ShouldBe(TimeSpan.FromSeconds(2));
        options.MaxBody.Bytes.ShouldBe(1 << 20);
        options.Cpu!.Value.Cores.ShouldBe(0.5);
        options.Queue.ShouldBe(0);
        options.BatchSize.ShouldBe(16);
        options.BatchDelay.ShouldBe(TimeSpan.FromMilliseconds(2));
        options.MaxConnections.ShouldBe(9);
        options.Drain.ShouldBe(TimeSpan.Zero);
        options.MaxTensor!.Value.Bytes.ShouldBe(2 << 20);
        options.HeaderTimeout.ShouldBe(TimeSpan.FromSeconds(1));
        options.MinRate.Bytes.ShouldBe(0);
        options.IdleTimeout.ShouldBe(TimeSpan.FromMinutes(1));
        options.LogLevel.ShouldBe(LogLevel.Warning);
        options.Replica.ShouldBe("m-1-abcde");
    }

    [Theory]
    [InlineData("FAIRLEAD_HTTP", "8080")]
    [InlineData("FAIRLEAD_HTTP", "127.0.0.1")]
    [InlineData("FAIRLEAD_HTTP", "127.0.0.1:")]
    [InlineData("FAIRLEAD_HTTP", "127.0.0.1:70000")]
    [InlineData("FAIRLEAD_HTTP", "example:80")]
    [InlineData("FAIRLEAD_HTTP", "::1")]
    [InlineData("FAIRLEAD_METRICS", "x")]
    [InlineData("FAIRLEAD_GRPC", "x")]
    [InlineData("FAIRLEAD_TIMEOUT", "50")]
    [InlineData("FAIRLEAD_TIMEOUT", "0s")]
    [InlineData("FAIRLEAD_MAX_BODY", "16")]
    [InlineData("FAIRLEAD_MAX_BODY", "2GiB")]
    [InlineData("FAIRLEAD_CPU", "0")]
    [InlineData("FAIRLEAD_CPU", "-1")]
    [InlineData("FAIRLEAD_QUEUE", "-1")]
    [InlineData("FAIRLEAD_QUEUE", "1e3")]
    [InlineData("FAIRLEAD_BATCH_SIZE", "0")]
    [InlineData("FAIRLEAD_BATCH_SIZE", "5000")]
    [InlineData("FAIRLEAD_BATCH_DELAY", "2")]
    [InlineData("FAIRLEAD_BATCH_DELAY", "2m")]
    [InlineData("FAIRLEAD_MAX_CONNECTIONS", "0")]
    [InlineData("FAIRLEAD_DRAIN", "-1s")]
    [InlineData("FAIRLEAD_MAX_TENSOR", "2GiB")]
    [InlineData("FAIRLEAD_HEADER_TIMEOUT", "0s")]
    [InlineData("FAIRLEAD_MIN_RATE", "240")]
    [InlineData("FAIRLEAD_IDLE_TIMEOUT", "0s")]
    [InlineData("FAIRLEAD_SAMPLE_SHARE", "1")]
    [InlineData("FAIRLEAD_SAMPLE_SHARE", "101%")]
    [InlineData("FAIRLEAD_SAMPLE_LIMIT", "1KiB")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "/v1")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/ca.pem")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "0")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "team")]
    [InlineData("OTEL_TRACES_SAMPLER", "jaeger_remote")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.5")]
    [InlineData("LOG_LEVEL", "verbose")]
    public void WrongValue_IsAProblemThatNamesTheSettingAndTheValue(string name, string value)
    {
        var problem = Read((name, value)).Problems.ShouldHaveSingleItem();
        problem.Message.ShouldContain(name);
        problem.Message.ShouldContain($"'{value}'");
        problem.Hint.ShouldNotBeEmpty();
    }

    [Fact]
    public void SecretsAreNotInTheProblem()
    {
        var problem = Read(("OTEL_EXPORTER_OTLP_HEADERS", "s3cret")).Problems.ShouldHaveSingleItem();
        problem.ToString().ShouldContain("OTEL_EXPORTER_OTLP_HEADERS");
        problem.ToString().ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT")]
    [InlineData("OTEL_EXPORTER_OTLP_CLIENT_KEY")]
    public void WhatOpenTelemetryHasAndTheServerHasNot_IsRefusedByName(string name)
    {
        var problem = Read((name, "grpc")).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL2350");
        problem.Message.ShouldContain(name);
    }

    [Fact]
    public void SettingsOfOneSignal_GoBeforeThoseOfBoth()
    {
        var otlp = Read(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://both:4318/base/"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=b"), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://metrics:9000/as/it/is"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "c=d"), ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")).Value.Otlp;
        otlp.Traces!.Address.ShouldBe(new Uri("http://both:4318/base/v1/traces"));
        otlp.Traces.Headers.ShouldBe([new("a", "b")]);
        otlp.Metrics!.Address.ShouldBe(new Uri("http://metrics:9000/as/it/is"));
        otlp.Metrics.Headers.ShouldBe([new("c", "d")]);
        otlp.Gzip.ShouldBeTrue();
    }

    [Fact]
    public void SignalWithoutAnEndpoint_IsNotSent()
    {
        var otlp = Read(("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://metrics:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")).Value.Otlp;
        otlp.Traces.ShouldBeNull();
        otlp.Metrics!.Address.ShouldBe(new Uri("http://metrics:4317/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"));
    }

    [Fact]
    public void SettingsOfOpenTelemetry_AreReadAsItWritesThem()
    {
        var otlp = Read(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b, x = y"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "500"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000"), ("OTEL_SERVICE_NAME", "s"), ("OTEL_RESOURCE_ATTRIBUTES", "a=b"), ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.25")).Value.Otlp;
        otlp.Endpoint.ShouldBe(new Uri("http://collector:4317"));
        otlp.Protocol.ShouldBe(Fairlead.Telemetry.Otlp.OtlpProtocol.Grpc);
        otlp.Headers.ShouldBe([new("api-key", "a b"), new("x", "y")]);
        otlp.Timeout.ShouldBe(TimeSpan.FromMilliseconds(500));
        otlp.MetricInterval.ShouldBe(TimeSpan.FromSeconds(1));
        otlp.ServiceName.ShouldBe("s");
        otlp.ResourceAttributes.ShouldBe([new("a", "b")]);
        otlp.TraceSampler.ShouldBe(new Fairlead.Telemetry.Tracing.TraceSampler(true, 0.25));
    }

    [Fact]
    public void SettingsOfSamples_AreRead()
    {
        var samples = Read(("FAIRLEAD_SAMPLE_FILE", "/s"), ("FAIRLEAD_SAMPLE_SHARE", "0.5%"), ("FAIRLEAD_SAMPLE_REDACT", "name, id"), ("FAIRLEAD_SAMPLE_LIMIT", "1MiB")).Value.Samples;
        (samples.File, samples.Share.Percent, samples.Limit.Bytes).ShouldBe(("/s", 0.5m, 1L << 20));
        samples.Redact.ShouldBe(["name", "id"]);
    }

    [Fact]
    public void EveryWrongValueIsReported() => Read(("FAIRLEAD_HTTP", "x"), ("FAIRLEAD_TIMEOUT", "y"), ("LOG_LEVEL", "z")).Problems.Count.ShouldBe(3);

    [Theory]
    [InlineData("FAIRLEAD_HTTP", "FAIRLEAD_METRICS")]
    [InlineData("FAIRLEAD_HTTP", "FAIRLEAD_GRPC")]
    [InlineData("FAIRLEAD_GRPC", "FAIRLEAD_METRICS")]
    public void SameAddressTwice_IsAProblem(string name, string other) => Read((name, "127.0.0.1:9"), (other, "127.0.0.1:9")).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2202");

    [Fact]
    public void ASettingIsReadFromTheFileThatItsVariableNames()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "api-key=abc\n");

        Read(("OTEL_EXPORTER_OTLP_HEADERS_FILE", file)).Value.Otlp.Headers.ShouldBe([new("api-key", "abc")]);
        Read(("OTEL_EXPORTER_OTLP_HEADERS_FILE", file), ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=own")).Value.Otlp.Headers.ShouldBe([new("api-key", "own")]);
        File.Delete(file);
        Read(("OTEL_EXPORTER_OTLP_HEADERS_FILE", file)).Problems.ShouldHaveSingleItem().Message.ShouldContain("OTEL_EXPORTER_OTLP_HEADERS_FILE");
    }

    private static Core.Results.Result<ServerOptions> Read(params (string Name, string Value)[] set) =>
        ServerOptionsReader.Read(name => set.FirstOrDefault(s => s.Name == name).Value);
}
