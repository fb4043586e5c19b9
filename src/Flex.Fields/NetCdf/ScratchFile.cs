using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Win32.SafeHandles;

namespace Flex.Fields.NetCdf;

/// <summary>
/// The unfinished form of an output file: the specification as JSON, then every data variable (member, time, y, x) as a
/// plain array at a fixed place. Windows may be written in any order and by several threads; a killed process leaves
/// every finished write intact, which an HDF5 file does not promise.
/// </summary>
/// <remarks>
/// A hole in the file reads as zero bits. Values are stored with their bits XORed with NaN's, so that what was never
/// written decodes as NaN: missing.
/// </remarks>
internal sealed class ScratchFile : IDisposable
{
    private const int Alignment = 4096;
    private static readonly uint _nan32 = BitConverter.SingleToUInt32Bits(float.NaN);
    private static readonly ulong _nan64 = BitConverter.DoubleToUInt64Bits(double.NaN);

    /// <summary>How the specification is written: attributes taken over from other files may be NaN or infinite.</summary>
    internal static readonly JsonSerializerOptions SpecFormat = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly SafeFileHandle _handle;
    private readonly long _start;

    private ScratchFile(SafeFileHandle handle, OutputSpec spec, long start)
    {
        (_handle, Spec, _start) = (handle, spec, start);
        Offsets = new Dictionary<string, long>();
        Length = start;
        foreach (var field in spec.Fields)
        {
            Offsets[field.Name] = Length;
            var elements = checked((long)spec.MembersOf(field) * spec.Times.Count * spec.Grid.Height * spec.Grid.Width);
            Length = checked(Length + (elements * ElementSize(field)));
        }
    }

    /// <summary>What the file contains.</summary>
    public OutputSpec Spec { get; }

    private Dictionary<string, long> Offsets { get; }

    private long Length { get; }

    /// <summary>Starts a file, replacing what is there, and reserves its space.</summary>
    /// <exception cref="IOException">The folder is missing, the disk full, or the file open elsewhere.</exception>
    public static ScratchFile Create(string path, OutputSpec spec)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(spec, SpecFormat);
        var start = (sizeof(long) + json.Length + Alignment - 1L) / Alignment * Alignment;
        using var empty = new SafeFileHandle();
        var length = new ScratchFile(empty, spec, start).Length;

        // Reserving now tells about a full disk before hours of work instead of after.
        var handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.None, length);
        try
        {
            RandomAccess.SetLength(handle, length);
            RandomAccess.Write(handle, json, sizeof(long));
            RandomAccess.Write(handle, BitConverter.GetBytes((long)json.Length), 0);
            return new ScratchFile(handle, spec, start);
        }
        catch (ArgumentOutOfRangeException e)
        {
            handle.Dispose();
            File.Delete(path);
            throw new IOException($"the file system does not take files of {length} bytes", e);
        }
        catch
        {
            handle.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens a file that <see cref="Create"/> started.</summary>
    /// <returns>The file, or null where it is not one.</returns>
    public static ScratchFile? Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var file = Read(handle);
        if (file is null)
        {
            handle.Dispose();
        }

        return file;
    }

    /// <summary>Writes consecutive elements of a row; several threads may write at once.</summary>
    /// <param name="field">The data variable.</param>
    /// <param name="element">Index of the first element within the variable.</param>
    /// <param name="values">The values; converted to the variable's precision.</param>
    public void Write<T>(OutputField field, long element, ReadOnlySpan<T> values)
        where T : unmanaged, INumberBase<T>
    {
        var bytes = ArrayPool<byte>.Shared.Rent(values.Length * ElementSize(field));
        try
        {
            var used = bytes.AsSpan(0, values.Length * ElementSize(field));
            if (field.Precision == Precision.Single)
            {
                TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, float>(used));
            }
            else
            {
                TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, double>(used));
            }

            Flip(used, field);
            RandomAccess.Write(_handle, used, Position(field, element));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Reads consecutive elements in the variable's own precision: <typeparamref name="T"/> is float or double.</summary>
    public void Read<T>(OutputField field, long element, Span<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var position = Position(field, element);
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(_handle, bytes[done..], position + done);
            done += read > 0 ? read : throw new EndOfStreamException("the unfinished output file became shorter");
        }

        Flip(bytes, field);
    }

    /// <summary>Brings all finished writes to the disk.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_handle);

    /// <summary>Closes the file; it stays on disk.</summary>
    public void Dispose() => _handle.Dispose();

    private static ScratchFile? Read(SafeFileHandle handle)
    {
        var head = new byte[sizeof(long)];
        var size = RandomAccess.Read(handle, head, 0) == head.Length ? BitConverter.ToInt64(head) : 0;
        if (size is <= 0 or > 1 << 24)
        {
            return null;
        }

        var json = new byte[size];
        if (RandomAccess.Read(handle, json, sizeof(long)) < size)
        {
            return null;
        }

        try
        {
            var spec = JsonSerializer.Deserialize<OutputSpec>(Encoding.UTF8.GetString(json), SpecFormat);
            var start = (sizeof(long) + size + Alignment - 1) / Alignment * Alignment;
            var file = spec is null ? null : new ScratchFile(handle, spec, start);
            return file?.Length == RandomAccess.GetLength(handle) ? file : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int ElementSize(OutputField field) => field.Precision == Precision.Single ? sizeof(float) : sizeof(double);

    private long Position(OutputField field, long element) => Offsets[field.Name] + (element * ElementSize(field));

    private static void Flip(Span<byte> bytes, OutputField field)
    {
        if (field.Precision == Precision.Single)
        {
            var bits = MemoryMarshal.Cast<byte, uint>(bytes);
            TensorPrimitives.Xor(bits, _nan32, bits);
        }
        else
        {
            var bits = MemoryMarshal.Cast<byte, ulong>(bytes);
            TensorPrimitives.Xor(bits, _nan64, bits);
        }
    }
}
