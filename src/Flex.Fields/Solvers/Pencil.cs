using System.Numerics;

namespace Flex.Fields.Solvers;

/// <summary>
/// A bundle of complex lines, one per SIMD lane, that fits the first-level cache: element j of the spans holds sample j of
/// every line.
/// </summary>
/// <param name="re">Real parts.</param>
/// <param name="im">Imaginary parts.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal readonly ref struct Pencil<T>(Span<Vector<T>> re, Span<Vector<T>> im)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Real parts.</summary>
    public Span<Vector<T>> Re { get; } = re;

    /// <summary>Imaginary parts.</summary>
    public Span<Vector<T>> Im { get; } = im;
}
