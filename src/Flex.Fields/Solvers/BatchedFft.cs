using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Flex.Fields.Solvers;

/// <summary>
/// Complex discrete Fourier transforms of one length, as many at a time as a SIMD register has lanes: element j of the
/// arrays holds sample j of <see cref="Vector{T}.Count"/> independent sequences. The recursion is Stockham's self-sorting
/// decimation in frequency with radices 4 and 2 (C. Van Loan, Computational Frameworks for the FFT, 1992, §1.7).
/// </summary>
/// <remarks>
/// The lanes never mix and no fused multiply-add is used, so the result does not depend on the register width.
/// An instance owns its work space: use one per thread.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class BatchedFft<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Pass[] _passes;
    private readonly RegisterArrays<T> _work;

    /// <summary>Plans transforms of the given length.</summary>
    /// <param name="length">Number of samples, a power of two ≥ 2.</param>
    /// <exception cref="ArgumentException">The length is not a power of two.</exception>
    public BatchedFft(int length)
    {
        if (length < 2 || !BitOperations.IsPow2(length))
        {
            throw new ArgumentException($"the length of a transform must be a power of two, not {length}", nameof(length));
        }

        Length = length;
        _passes = Plan(length);
        _work = new RegisterArrays<T>(2, length, firstShift: 4);
    }

    /// <summary>Number of samples.</summary>
    public int Length { get; }

    /// <summary>X_k = Σ_j x_j e^{−2πi jk/n}, in place, unscaled.</summary>
    /// <param name="re">Real parts, <see cref="Length"/> elements.</param>
    /// <param name="im">Imaginary parts, <see cref="Length"/> elements.</param>
    public void Forward(Span<Vector<T>> re, Span<Vector<T>> im)
    {
        Span<Vector<T>> fromRe = re[..Length], fromIm = im[..Length], toRe = _work[0], toIm = _work[1];
        foreach (var pass in _passes)
        {
            if (pass.Radix == 4)
            {
                Radix4(pass, fromRe, fromIm, toRe, toIm);
            }
            else
            {
                Radix2(pass, fromRe, fromIm, toRe, toIm);
            }

            Swap(ref fromRe, ref toRe);
            Swap(ref fromIm, ref toIm);
        }

        if (int.IsOddInteger(_passes.Length))
        {
            fromRe.CopyTo(re);
            fromIm.CopyTo(im);
        }
    }

    /// <summary>x_j = Σ_k X_k e^{+2πi jk/n}, in place, unscaled: n times the inverse of <see cref="Forward"/>.</summary>
    /// <param name="re">Real parts, <see cref="Length"/> elements.</param>
    /// <param name="im">Imaginary parts, <see cref="Length"/> elements.</param>
    public void Backward(Span<Vector<T>> re, Span<Vector<T>> im) =>
        Forward(im, re); // swapping real and imaginary parts conjugates the kernel

    private static void Swap(ref Span<Vector<T>> a, ref Span<Vector<T>> b)
    {
        var c = a;
        a = b;
        b = c;
    }

    private static Pass[] Plan(int length)
    {
        var passes = new List<Pass>();
        for (int remaining = length, stride = 1; remaining > 1;)
        {
            var radix = remaining % 4 == 0 ? 4 : 2;
            var groups = remaining / radix;
            var twiddles = new Twiddle[groups * 3];
            for (var p = 0; p < groups; p++)
            {
                for (var power = 1; power < radix; power++)
                {
                    var (sin, cos) = Math.SinCos(-2 * Math.PI * p * power / remaining);
                    twiddles[(3 * p) + power - 1] = new(T.CreateChecked(cos), T.CreateChecked(sin));
                }
            }

            passes.Add(new Pass(radix, groups, stride, twiddles));
            remaining = groups;
            stride *= radix;
        }

        return [.. passes];
    }

    private static void Radix4(
        Pass pass, Span<Vector<T>> fromRe, Span<Vector<T>> fromIm, Span<Vector<T>> toRe, Span<Vector<T>> toIm)
    {
        var stride = pass.Stride;
        var quarter = stride * pass.Groups;
        for (var p = 0; p < pass.Groups; p++)
        {
            var w1 = pass.Twiddles[3 * p];
            var w2 = pass.Twiddles[(3 * p) + 1];
            var w3 = pass.Twiddles[(3 * p) + 2];
            Vector<T> w1Re = new(w1.Re), w1Im = new(w1.Im);
            Vector<T> w2Re = new(w2.Re), w2Im = new(w2.Im);
            Vector<T> w3Re = new(w3.Re), w3Im = new(w3.Im);

            // The references stay inside the spans, whose lengths the constructor and Forward have fixed.
            ref var xRe = ref Unsafe.Add(ref MemoryMarshal.GetReference(fromRe), stride * p);
            ref var xIm = ref Unsafe.Add(ref MemoryMarshal.GetReference(fromIm), stride * p);
            ref var yRe = ref Unsafe.Add(ref MemoryMarshal.GetReference(toRe), 4 * stride * p);
            ref var yIm = ref Unsafe.Add(ref MemoryMarshal.GetReference(toIm), 4 * stride * p);
            for (var q = 0; q < stride; q++)
            {
                Vector<T> aRe = Unsafe.Add(ref xRe, q), aIm = Unsafe.Add(ref xIm, q);
                Vector<T> bRe = Unsafe.Add(ref xRe, q + quarter), bIm = Unsafe.Add(ref xIm, q + quarter);
                Vector<T> cRe = Unsafe.Add(ref xRe, q + (2 * quarter)), cIm = Unsafe.Add(ref xIm, q + (2 * quarter));
                Vector<T> dRe = Unsafe.Add(ref xRe, q + (3 * quarter)), dIm = Unsafe.Add(ref xIm, q + (3 * quarter));

                Vector<T> evenRe = aRe + cRe, evenIm = aIm + cIm, oddRe = bRe + dRe, oddIm = bIm + dIm;
                Unsafe.Add(ref yRe, q) = evenRe + oddRe;
                Unsafe.Add(ref yIm, q) = evenIm + oddIm;

                Vector<T> re = evenRe - oddRe, im = evenIm - oddIm;
                Unsafe.Add(ref yRe, q + (2 * stride)) = (re * w2Re) - (im * w2Im);
                Unsafe.Add(ref yIm, q + (2 * stride)) = (re * w2Im) + (im * w2Re);

                evenRe = aRe - cRe;
                evenIm = aIm - cIm;
                oddRe = bRe - dRe;
                oddIm = bIm - dIm;
                re = evenRe + oddIm;
                im = evenIm - oddRe;
                Unsafe.Add(ref yRe, q + stride) = (re * w1Re) - (im * w1Im);
                Unsafe.Add(ref yIm, q + stride) = (re * w1Im) + (im * w1Re);

                re = evenRe - oddIm;
                im = evenIm + oddRe;
                Unsafe.Add(ref yRe, q + (3 * stride)) = (re * w3Re) - (im * w3Im);
                Unsafe.Add(ref yIm, q + (3 * stride)) = (re * w3Im) + (im * w3Re);
            }
        }
    }

    /// <summary>The last pass of an odd power of two: one group, no twiddles.</summary>
    private static void Radix2(
        Pass pass, Span<Vector<T>> fromRe, Span<Vector<T>> fromIm, Span<Vector<T>> toRe, Span<Vector<T>> toIm)
    {
        var half = pass.Stride;
        for (var q = 0; q < half; q++)
        {
            Vector<T> aRe = fromRe[q], aIm = fromIm[q], bRe = fromRe[q + half], bIm = fromIm[q + half];
            toRe[q] = aRe + bRe;
            toIm[q] = aIm + bIm;
            toRe[q + half] = aRe - bRe;
            toIm[q + half] = aIm - bIm;
        }
    }

    /// <summary>One sweep over the samples: groups · stride butterflies of one radix.</summary>
    /// <param name="Radix">4 or 2.</param>
    /// <param name="Groups">Number of different twiddle factors.</param>
    /// <param name="Stride">Neighbouring butterflies that share them.</param>
    /// <param name="Twiddles">Powers 1, 2 and 3 of e^{−2πi p/(radix·groups)} for every group p.</param>
    private sealed record Pass(int Radix, int Groups, int Stride, Twiddle[] Twiddles);

    /// <summary>A complex factor.</summary>
    private readonly record struct Twiddle(T Re, T Im);
}
