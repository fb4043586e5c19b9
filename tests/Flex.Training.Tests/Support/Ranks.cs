using System.Net;
using System.Net.Sockets;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Training.Tests.Support;

/// <summary>Runs the same work as several ranks, each on a thread of its own.</summary>
internal static class Ranks
{
    /// <summary>Runs the work and gives what each rank answered, or the exception that it ended with.</summary>
    public static object[] Run(int size, Func<ProcessGroup, object> work, double patienceSeconds = 20)
    {
        var port = FreePort();
        var results = new object[size];
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                var environment = new RankEnvironment(rank, size, rank, "127.0.0.1", port)
                {
                    Patience = TimeSpan.FromSeconds(patienceSeconds),
                    MeetingTime = TimeSpan.FromSeconds(30),
                };
                using var group = ProcessGroup.Join(environment, Device.Cpu, TimeProvider.System);
                results[rank] = work(group);
            }
            catch (Exception e)
            {
                results[rank] = e;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return results;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
