using System.Collections;
using System.Runtime.InteropServices;

namespace Flex.Evaluation.Ensembles;

/// <summary>
/// An ensemble of large fields that waits on disk: members are written band by band as they are drawn and read one at a time, or all
/// in one short range of cells. The file vanishes with the object, or with the process.
/// </summary>
public sealed class EnsembleSpool : IReadOnlyList<float[]>, IDisposable
{
    private readonly FileStream _file;
    private readonly int _length;

    /// <summary>Makes room.</summary>
    /// <param name="members">M.</param>
    /// <param name="length">Cells of a member.</param>
    /// <exception cref="InputException">The folder for temporary files cannot be written.</exception>
    public EnsembleSpool(int members, int length)
    {
        (Count, _length) = (members, length);
        try
        {
            _file = new FileStream(
                Path.Combine(Path.GetTempPath(), $"flex-{Guid.NewGuid():N}"),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, BufferSize = 0 });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoRoom(e);
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>A whole member, read anew at every call.</summary>
    /// <param name="index">0 … M − 1.</param>
    public float[] this[int index]
    {
        get
        {
            var values = new float[_length];
            Read(index, 0, values);
            return values;
        }
    }

    /// <summary>Writes a part of a member.</summary>
    /// <param name="member">0 … M − 1.</param>
    /// <param name="first">The first cell.</param>
    /// <param name="values">The cells' values.</param>
    /// <exception cref="InputException">The disk is full.</exception>
    public void Write(int member, int first, ReadOnlySpan<float> values)
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, MemoryMarshal.AsBytes(values), Offset(member, first));
        }
        catch (IOException e)
        {
            throw NoRoom(e);
        }
    }

    /// <summary>Reads a part of a member.</summary>
    /// <param name="member">0 … M − 1.</param>
    /// <param name="first">The first cell.</param>
    /// <param name="destination">Receives the cells' values.</param>
    public void Read(int member, int first, Span<float> destination)
    {
        var bytes = MemoryMarshal.AsBytes(destination);
        var offset = Offset(member, first);
        while (bytes.Length > 0)
        {
            var count = RandomAccess.Read(_file.SafeFileHandle, bytes, offset);
            if (count == 0)
            {
                throw new InvalidOperationException($"member {member} has not been written to its end");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<float[]> GetEnumerator() => Enumerable.Range(0, Count).Select(m => this[m]).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private long Offset(int member, int first) => (((long)member * _length) + first) * sizeof(float);

    private static InputException NoRoom(Exception e) =>
        new($"cannot keep the members in {Path.GetTempPath()}: {e.Message}; make room there, or set TMPDIR to another folder", e);
}
