// A network of namespaces with latency, for kernels without netem: an Ethernet switch between TAP devices that passes every frame on after a delay.
//   dotnet run Switch.cs -- MILLISECONDS TAP...
// It makes the devices and says "ready"; the caller moves them into their namespaces. Needs root.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

var delay = TimeSpan.FromMilliseconds(double.Parse(args[0], CultureInfo.InvariantCulture));
var ports = args[1..].Select(name => new Port(name, delay)).ToArray();
var known = new ConcurrentDictionary<ulong, Port>();
foreach (var port in ports)
{
    new Thread(() => Listen(port)).Start();
}

Console.WriteLine("ready");

// A frame begins with the addresses of its receiver and sender, six bytes each.
void Listen(Port from)
{
    while (from.Read() is { } frame)
    {
        known[Address(frame, 6)] = from;
        if (known.TryGetValue(Address(frame, 0), out var to))
        {
            to.Send(frame);
            continue;
        }

        foreach (var other in ports.Where(port => port != from))
        {
            other.Send(frame);
        }
    }
}

static ulong Address(byte[] frame, int at)
{
    var address = 0UL;
    for (var i = at; i < at + 6; i++)
    {
        address = (address << 8) | frame[i];
    }

    return address;
}

/// <summary>A TAP device and the frames that wait for their time.</summary>
internal sealed partial class Port
{
    // <linux/if_tun.h>: TUNSETIFF, IFF_TAP | IFF_NO_PI.
    private const uint SetInterface = 0x400454ca;
    private const ushort TapWithoutInformation = 0x1002;
    private const int NameLength = 16, RequestLength = 40, LongestFrame = 1 << 16, ReadAndWrite = 2;

    private readonly int _device;
    private readonly TimeSpan _delay;
    private readonly byte[] _buffer = new byte[LongestFrame];
    private readonly BlockingCollection<(long Due, byte[] Frame)> _waiting = [];

    public Port(string name, TimeSpan delay)
    {
        _delay = delay;
        _device = Open("/dev/net/tun", ReadAndWrite);
        var request = new byte[RequestLength];
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(NameLength), TapWithoutInformation);
        if (_device < 0 || Control(_device, SetInterface, request) < 0)
        {
            throw new InvalidOperationException($"cannot make {name}: error {Marshal.GetLastPInvokeError()}; are you root?");
        }

        new Thread(Deliver).Start();
    }

    /// <summary>The next frame that its namespace sends; null where the device is gone.</summary>
    public byte[]? Read()
    {
        var count = Read(_device, _buffer, _buffer.Length);
        return count > 0 ? _buffer[..(int)count] : null;
    }

    /// <summary>Has a frame arrive after the delay.</summary>
    public void Send(byte[] frame) => _waiting.Add((Stopwatch.GetTimestamp() + (long)(_delay.TotalSeconds * Stopwatch.Frequency), frame));

    private void Deliver()
    {
        foreach (var (due, frame) in _waiting.GetConsumingEnumerable())
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (left > TimeSpan.Zero)
            {
                Thread.Sleep(left);
            }

            _ = Write(_device, frame, frame.Length);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int device, nuint request, byte[] argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int device, byte[] buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int device, byte[] buffer, nint count);
}
