namespace Fairlead.Control.Simulation;

/// <summary>How long a worker of a replica is busy with one request, in seconds.</summary>
public abstract class ServiceTime
{
    public abstract double Mean { get; }

    public abstract double Next(Random random);

    public static ServiceTime Constant(TimeSpan span) => new ConstantTime(span.TotalSeconds);

    public static ServiceTime Exponential(TimeSpan mean) => new ExponentialTime(mean.TotalSeconds);

    private sealed class ConstantTime(double seconds) : ServiceTime
    {
        public override double Mean => seconds;

        public override double Next(Random random) => seconds;
    }

    private sealed class ExponentialTime(double mean) : ServiceTime
    {
        public override double Mean => mean;

        // 1 - u lies in (0, 1], so that the logarithm is finite.
        public override double Next(Random random) => -mean * Math.Log(1 - random.NextDouble());
    }
}
