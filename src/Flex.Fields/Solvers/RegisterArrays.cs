using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Flex.Fields.Solvers;

/// <summary>
/// Work space of transforms: arrays of SIMD registers that begin on cache lines and are shifted against each other, so
/// that elements of equal index do not compete for one set of the first-level cache. It saves 40 % of a transform's time.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class RegisterArrays<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int PageBytes = 4096; // addresses a page apart fall into the same set
    private const int ShiftBytes = 11 * 64;

    private readonly T[] _storage;
    private readonly int _first;
    private readonly int _pitch;

    /// <summary>Allocates the arrays.</summary>
    /// <param name="count">Number of arrays.</param>
    /// <param name="length">Registers in each.</param>
    /// <param name="firstShift">Shift of the first array: the number of arrays in other work space used together with this.</param>
    public unsafe RegisterArrays(int count, int length, int firstShift = 0)
    {
        Length = length;
        var pages = ((length * Unsafe.SizeOf<Vector<T>>()) + PageBytes - 1) / PageBytes;
        _pitch = ((pages * PageBytes) + ShiftBytes) / sizeof(T);
        _storage = GC.AllocateArray<T>((count * _pitch) + (((firstShift * ShiftBytes) + PageBytes) / sizeof(T)), pinned: true);

        // The storage is pinned: it keeps its address.
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage));
        var toPage = (int)((PageBytes - (address % PageBytes)) % PageBytes);
        _first = (toPage + (firstShift * ShiftBytes)) / sizeof(T);
    }

    /// <summary>Registers in an array.</summary>
    public int Length { get; }

    /// <summary>One of the arrays.</summary>
    /// <param name="index">0 … count − 1.</param>
    public Span<Vector<T>> this[int index] =>
        MemoryMarshal.Cast<T, Vector<T>>(_storage.AsSpan(_first + (index * _pitch), Length * Vector<T>.Count));
}
