namespace Fairlead.Control.Simulation;

/// <summary>An autoscaler under trial.</summary>
internal interface IScaler
{
    string Name { get; }

    /// <summary>Seconds between two looks.</summary>
    double Every { get; }

    /// <summary>The fewest that it leaves running, and with which it begins.</summary>
    int Least { get; }

    /// <returns>How many replicas should run; null to leave it as it is.</returns>
    int? Decide(FleetReading reading);
}
