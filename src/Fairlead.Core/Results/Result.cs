using System.Diagnostics.CodeAnalysis;

namespace Fairlead.Core.Results;

/// <summary>A value, or the problems that prevented it. Validators give every problem at once.</summary>
public sealed class Result<T>
{
    private readonly T? _value;

    private Result(T? value, IReadOnlyList<Problem> problems) => (_value, Problems) = (value, problems);

    public bool IsOk => Problems.Count == 0;

    /// <summary>Empty exactly when there is a value.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <exception cref="InvalidOperationException">There is none; the message holds the problems.</exception>
    public T Value => IsOk ? _value! : throw new InvalidOperationException(string.Join(Environment.NewLine, Problems));

    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return IsOk;
    }

    public static implicit operator Result<T>(T value) => new(value, []);

    public static implicit operator Result<T>(Problem problem) => new(default, [problem]);

    internal static Result<T> Failed(IReadOnlyList<Problem> problems) =>
        problems.Count == 0 ? throw new ArgumentException("A failure needs a problem.", nameof(problems)) : new(default, problems);

    internal static Result<T> Succeeded(T value) => new(value, []);
}

public static class Result
{
    public static Result<T> Ok<T>(T value) => Result<T>.Succeeded(value);

    public static Result<T> Fail<T>(IReadOnlyList<Problem> problems) => Result<T>.Failed(problems);

    /// <summary>Success that carries nothing.</summary>
    public static Result<Done> Done { get; } = Ok(default(Done));
}

/// <summary>The value of an operation that is only done for its effect.</summary>
public readonly record struct Done;
