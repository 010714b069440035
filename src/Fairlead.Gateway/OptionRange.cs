namespace Fairlead.Gateway;

/// <summary>An option's value and what it may be, both ends included; times in seconds.</summary>
internal readonly record struct OptionRange(string Name, double Value, double Least, double Most)
{
    public bool Holds => Value >= Least && Value <= Most;
}
