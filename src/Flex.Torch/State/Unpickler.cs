using System.Buffers.Binary;
using System.Text;

namespace Flex.Torch.State;

/// <summary>
/// A reader of the part of Python's pickle format that <c>torch.save</c> writes (protocols 2 to 4). It builds data only: a
/// global is a bare name, and what a name applied to arguments means is decided by the caller from a short list.
/// </summary>
/// <remarks>Opcodes as in Lib/pickletools.py of CPython. Problems are <see cref="InvalidDataException"/>s.</remarks>
internal sealed class Unpickler
{
    private const int MaxStack = 1_000_000;
    private const int MaxObjects = 4_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly byte[] pickle;
    private readonly Func<PickleGlobal, PickleTuple, PickleValue> call;
    private readonly Func<PickleTuple, PickleValue> load;
    private readonly List<PickleValue> stack = [];
    private readonly Stack<int> marks = [];
    private readonly Dictionary<uint, PickleValue> memo = [];
    private int position;
    private int objects;

    private Unpickler(
        byte[] pickle, Func<PickleGlobal, PickleTuple, PickleValue> call, Func<PickleTuple, PickleValue> load)
    {
        this.pickle = pickle;
        this.call = call;
        this.load = load;
    }

    /// <summary>Reads a pickle.</summary>
    /// <param name="pickle">The bytes.</param>
    /// <param name="call">What a global applied to arguments gives.</param>
    /// <param name="load">What a persistent identifier refers to.</param>
    /// <returns>The value.</returns>
    public static PickleValue Read(
        byte[] pickle, Func<PickleGlobal, PickleTuple, PickleValue> call, Func<PickleTuple, PickleValue> load) =>
        new Unpickler(pickle, call, load).Run();

    private PickleValue Run()
    {
        while (true)
        {
            var opcode = (char)Byte();
            if (opcode == '.')
            {
                return Pop();
            }

            if (!TryAtom(opcode) && !TryContainer(opcode) && !TryStack(opcode) && !TryObject(opcode))
            {
                throw new InvalidDataException(
                    $"its pickle uses opcode 0x{(int)opcode:x2} at byte {position - 1}, which no weights need");
            }
        }
    }

    private bool TryAtom(char opcode)
    {
        PickleValue? atom = opcode switch
        {
            'N' => PickleNone.Value,
            '\x88' => new PickleBool(true),
            '\x89' => new PickleBool(false),
            'K' => new PickleInteger(Byte()),
            'M' => new PickleInteger(BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))),
            'J' => new PickleInteger(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))),
            '\x8a' => new PickleInteger(Long(Byte())),
            'G' => new PickleFloat(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))),
            '\x8c' => new PickleText(Text(Byte())),
            'X' => new PickleText(Text(UInt32())),
            '\x8d' => new PickleText(Text(BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8)))),
            _ => null,
        };
        if (atom is not null)
        {
            Push(atom);
        }

        return atom is not null;
    }

    private bool TryContainer(char opcode)
    {
        switch (opcode)
        {
            case ')':
                Push(new PickleTuple([]));
                return true;
            case '\x85' or '\x86' or '\x87':
                Push(new PickleTuple(PopFrom(stack.Count - (opcode - '\x84'))));
                return true;
            case 't':
                Push(new PickleTuple(PopMarked()));
                return true;
            case ']':
                Push(new PickleList());
                return true;
            case 'a':
                Extend([Pop()]);
                return true;
            case 'e':
                Extend(PopMarked());
                return true;
            case '}':
                Push(new PickleDictionary());
                return true;
            case 's':
                Insert(PopFrom(stack.Count - 2));
                return true;
            case 'u':
                Insert(PopMarked());
                return true;
            default:
                return false;
        }
    }

    private bool TryStack(char opcode)
    {
        switch (opcode)
        {
            case '\x80': // protocol
                Require(Byte() is >= 2 and <= 4, "its pickle protocol is not 2, 3 or 4");
                return true;
            case '\x95': // frame: a reading hint
                Bytes(8);
                return true;
            case '(':
                marks.Push(stack.Count);
                return true;
            case '0':
                Pop();
                return true;
            case '1':
                PopMarked();
                return true;
            case '2':
                Push(Peek());
                return true;
            case 'q':
                memo[Byte()] = Peek();
                return true;
            case 'r':
                memo[UInt32()] = Peek();
                return true;
            case '\x94':
                memo[(uint)memo.Count] = Peek();
                return true;
            case 'h':
                Push(Recall(Byte()));
                return true;
            case 'j':
                Push(Recall(UInt32()));
                return true;
            default:
                return false;
        }
    }

    private bool TryObject(char opcode)
    {
        switch (opcode)
        {
            case 'c':
                var module = Line();
                Push(new PickleGlobal($"{module}.{Line()}"));
                return true;
            case '\x93':
                var name = Pop<PickleText>();
                Push(new PickleGlobal($"{Pop<PickleText>().Value}.{name.Value}"));
                return true;
            case 'R':
                var arguments = Pop<PickleTuple>();
                Push(call(Pop<PickleGlobal>(), arguments));
                return true;
            case 'Q':
                Push(load(Pop<PickleTuple>()));
                return true;
            case 'b':
                // Attributes of an OrderedDict (a state_dict's version numbers): no weights in them.
                Pop<PickleDictionary>();
                Require(Peek() is PickleDictionary, "its pickle sets the attributes of something that has none");
                return true;
            default:
                return false;
        }
    }

    private void Extend(IEnumerable<PickleValue> items)
    {
        Require(Peek() is PickleList, "its pickle appends to something that is no list");
        ((PickleList)Peek()).Mutable.AddRange(items);
    }

    private void Insert(List<PickleValue> pairs)
    {
        Require(Peek() is PickleDictionary, "its pickle inserts into something that is no dictionary");
        Require(pairs.Count % 2 == 0, "its pickle has a dictionary key without a value");
        var dictionary = ((PickleDictionary)Peek()).Mutable;
        for (var i = 0; i < pairs.Count; i += 2)
        {
            Require(pairs[i] is PickleText or PickleInteger, "a dictionary key is neither text nor a whole number");
            dictionary[pairs[i]] = pairs[i + 1];
        }
    }

    private void Push(PickleValue value)
    {
        Require(stack.Count < MaxStack && objects++ < MaxObjects, "its pickle is too large for weights");
        stack.Add(value);
    }

    private PickleValue Peek()
    {
        Require(stack.Count > Floor, "its pickle takes from an empty stack");
        return stack[^1];
    }

    private PickleValue Pop()
    {
        var value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private T Pop<T>()
        where T : PickleValue => Pop() is T value
            ? value
            : throw new InvalidDataException($"its pickle has something else where a {typeof(T).Name} belongs");

    private List<PickleValue> PopFrom(int start)
    {
        Require(start >= Floor, "its pickle takes from an empty stack");
        var values = stack.GetRange(start, stack.Count - start);
        stack.RemoveRange(start, stack.Count - start);
        return values;
    }

    private List<PickleValue> PopMarked()
    {
        Require(marks.Count > 0, "its pickle closes a group that it never opened");
        var start = marks.Pop();
        return PopFrom(start);
    }

    /// <summary>What lies under the last mark cannot be taken before the mark is.</summary>
    private int Floor => marks.TryPeek(out var mark) ? mark : 0;

    private PickleValue Recall(uint index) => memo.TryGetValue(index, out var value)
        ? value
        : throw new InvalidDataException($"its pickle recalls value {index} before it was stored");

    private byte Byte() => Bytes(1)[0];

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    private ReadOnlySpan<byte> Bytes(ulong count)
    {
        Require(count <= (ulong)(pickle.Length - position), "its pickle is cut off");
        var bytes = pickle.AsSpan(position, (int)count);
        position += (int)count;
        return bytes;
    }

    /// <summary>A little-endian two's complement number of 0 to 8 bytes.</summary>
    private long Long(byte count)
    {
        Require(count <= 8, "a whole number of its pickle has more than 64 bits");
        long value = 0;
        var bytes = Bytes(count);
        for (var i = 0; i < count; i++)
        {
            value |= (long)bytes[i] << (8 * i);
        }

        var unused = 64 - 8 * count;
        return count == 0 ? 0 : value << unused >> unused;
    }

    private string Text(ulong count) => Decode(Bytes(count));

    private string Line()
    {
        var length = pickle.AsSpan(position).IndexOf((byte)'\n');
        Require(length >= 0, "its pickle is cut off");
        var text = Text((ulong)length);
        position++;
        return text;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("its pickle holds text that is not UTF-8", e);
        }
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException(problem);
        }
    }
}
