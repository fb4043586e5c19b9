namespace Flex.Torch.State;

/// <summary>The few Python objects that weights are made of, rebuilt as data; every other name is refused.</summary>
internal sealed class TorchObjects
{
    private const int MaxRank = 64;
    private const string OrderedDict = "collections.OrderedDict";
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2";
    private const string RebuildParameter = "torch._utils._rebuild_parameter";

    private readonly Func<string, byte[]> readStorage;
    private readonly Dictionary<string, byte[]> storages = [];
    private long copyBudget;

    /// <summary>Creates the rebuilder of one checkpoint.</summary>
    /// <param name="readStorage">Reads the bytes of a storage by its key.</param>
    /// <param name="copyBudget">
    /// How many bytes non-contiguous tensors may take once copied: an expanded tensor of a tiny file could fill the memory.
    /// </param>
    public TorchObjects(Func<string, byte[]> readStorage, long copyBudget)
    {
        this.readStorage = readStorage;
        this.copyBudget = copyBudget;
    }

    /// <summary>Applies one of the known names to its arguments.</summary>
    public PickleValue Call(PickleGlobal global, PickleTuple arguments) => (global.Name, arguments.Items) switch
    {
        (OrderedDict, []) => new PickleDictionary(),
        (RebuildTensor, [PickleStorage storage, PickleInteger offset, PickleTuple size, PickleTuple stride, PickleBool, PickleDictionary, ..]) =>
            new PickleTensor(Tensor(storage, offset.Value, Integers(size), Integers(stride))),
        (RebuildParameter, [PickleTensor data, PickleBool, PickleDictionary]) => data,
        (OrderedDict or RebuildTensor or RebuildParameter, _) =>
            throw new InvalidDataException($"it gives wrong arguments to {global.Name}"),
        _ => throw Forbidden(global),
    };

    /// <summary>Finds the storage that a persistent identifier <c>("storage", type, key, device, count)</c> names.</summary>
    public PickleValue Load(PickleTuple identifier)
    {
        if (identifier.Items is not
            [PickleText { Value: "storage" }, PickleGlobal type, PickleText key, PickleText, PickleInteger count])
        {
            throw new InvalidDataException("it refers to something that is no tensor storage");
        }

        var scalarType = StorageType(type);
        if (!storages.TryGetValue(key.Value, out var bytes))
        {
            bytes = readStorage(key.Value);
            storages.Add(key.Value, bytes);
        }

        if (TensorData.TryByteCount(scalarType, [count.Value]) != bytes.Length)
        {
            throw new InvalidDataException(
                $"storage '{key.Value}' has {bytes.Length} bytes, not {count.Value} elements of {scalarType}");
        }

        return new PickleStorage(scalarType, bytes);
    }

    private TensorData Tensor(PickleStorage storage, long offset, long[] size, long[] stride)
    {
        RequireInside(storage, offset, size, stride);
        var elementSize = storage.Type.ElementSize();
        var length = TensorData.TryByteCount(storage.Type, size);
        if (length == 0)
        {
            return new TensorData(storage.Type, size, Memory<byte>.Empty);
        }

        var start = (int)offset * elementSize;
        if (IsContiguous(size, stride))
        {
            return new TensorData(storage.Type, size, storage.Bytes.Slice(start, (int)length));
        }

        if (length < 0 || length > Math.Min(copyBudget, Array.MaxLength))
        {
            throw new InvalidDataException($"a tensor of shape ({string.Join(", ", size)}) is far larger than its data");
        }

        copyBudget -= length;
        var bytes = new byte[length];
        CopyStrided(storage.Bytes.Span[start..], bytes, size, stride, elementSize);
        return new TensorData(storage.Type, size, bytes);
    }

    private static void RequireInside(PickleStorage storage, long offset, long[] size, long[] stride)
    {
        var valid = size.Length == stride.Length && size.Length <= MaxRank && offset >= 0;
        Int128 last = offset;
        for (var i = 0; valid && i < size.Length; i++)
        {
            valid = size[i] >= 0 && stride[i] >= 0;
            last += (Int128)Math.Max(size[i] - 1, 0) * stride[i];
            valid &= last <= long.MaxValue;
        }

        if (!valid || (last >= storage.Bytes.Length / storage.Type.ElementSize() && !size.Contains(0)))
        {
            throw new InvalidDataException(
                $"a tensor of shape ({string.Join(", ", size)}) does not lie within its storage");
        }
    }

    private static bool IsContiguous(long[] size, long[] stride)
    {
        long expected = 1;
        for (var i = size.Length - 1; i >= 0; i--)
        {
            if (size[i] != 1 && stride[i] != expected)
            {
                return false;
            }

            expected *= size[i];
        }

        return true;
    }

    /// <summary>Copies a strided view in row-major order, counting its indices up like an odometer.</summary>
    private static void CopyStrided(ReadOnlySpan<byte> source, Span<byte> target, long[] size, long[] stride, int elementSize)
    {
        var index = new long[size.Length];
        long position = 0;
        for (var at = 0; at < target.Length; at += elementSize)
        {
            source.Slice((int)position * elementSize, elementSize).CopyTo(target[at..]);
            for (var d = size.Length - 1; d >= 0; d--)
            {
                position += stride[d];
                if (++index[d] < size[d])
                {
                    break;
                }

                position -= size[d] * stride[d];
                index[d] = 0;
            }
        }
    }

    private static ScalarType StorageType(PickleGlobal global) => global.Name switch
    {
        "torch.FloatStorage" => ScalarType.Float32,
        "torch.DoubleStorage" => ScalarType.Float64,
        "torch.HalfStorage" => ScalarType.Float16,
        "torch.BFloat16Storage" => ScalarType.BFloat16,
        "torch.LongStorage" => ScalarType.Int64,
        "torch.IntStorage" => ScalarType.Int32,
        "torch.ShortStorage" => ScalarType.Int16,
        "torch.CharStorage" => ScalarType.Int8,
        "torch.ByteStorage" => ScalarType.UInt8,
        "torch.BoolStorage" => ScalarType.Bool,
        _ => throw Forbidden(global),
    };

    private static long[] Integers(PickleTuple tuple) =>
        [.. tuple.Items.Select(item => item is PickleInteger integer
            ? integer.Value
            : throw new InvalidDataException("a tensor's shape or stride holds something else than whole numbers"))];

    private static InvalidDataException Forbidden(PickleGlobal global) =>
        new($"it wants the Python object {global.Name}, which is not data; save a state_dict of plain tensors instead");
}
