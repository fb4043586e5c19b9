using Flex.Torch.Distributed;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.Distributed;

public sealed class ProcessGroupTests
{
    [Fact]
    public void One_process_is_a_group_of_its_own()
    {
        Assert.Equal([1.5, 2], ProcessGroup.Single.StartSum(1.5, 2).Wait());
        var done = 0;
        ProcessGroup.Single.AtFirst(() => done++);
        Assert.Equal(1, done);
        Assert.Same(ProcessGroup.Single, ProcessGroup.Join(RankEnvironment.Single, Device.Cpu, TimeProvider.System));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranks_add_up_and_get_what_the_first_has(int size)
    {
        var order = new List<int>();
        var answers = Ranks.Run(size, group =>
        {
            using var scope = new TensorScope();
            var sums = group.StartSum(group.Rank + 1, 0.1);
            var more = group.StartSum(1);
            var tensor = Tensor.From<float>([group.Rank, 7], 2);
            group.Broadcast(tensor);
            group.AtFirst(() =>
            {
                Thread.Sleep(200);
                order.Add(group.Rank);
            });
            group.RequireSame("thing", "the same");
            return (sums.Wait()[0], more.Wait()[0], tensor.AsSpan<float>()[0], order.Count);
        });
        Assert.All(answers, answer => Assert.Equal((size * (size + 1) / 2.0, (double)size, 0f, 1), answer));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_rank_gives_its_numbers_to_all(int size)
    {
        var answers = Ranks.Run(size, group =>
        {
            var numbers = new float[2 * size];
            for (var from = 0; from < size; from++)
            {
                numbers[2 * from] = numbers[(2 * from) + 1] = group.Rank + 0.5f;
                group.Broadcast(numbers.AsSpan(2 * from, 2), from);
            }

            return numbers;
        });
        Assert.All(answers, answer => Assert.Equal(Enumerable.Range(0, 2 * size).Select(i => (i / 2) + 0.5f), Assert.IsType<float[]>(answer)));
    }

    [Fact]
    public void Work_of_a_rank_s_own_ends_when_another_has_ended()
    {
        var answers = Ranks.Run(2, group =>
        {
            if (group.Rank == 1)
            {
                group.Fail("no more");
                return "ended";
            }

            for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start).TotalSeconds < 10; Thread.Sleep(10))
            {
                group.ThrowIfLost();
            }

            return "has not noticed";
        });
        Assert.Contains("rank 1 of 2 ended: no more", Assert.IsType<RankLostException>(answers[0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_rank_has_a_GPU_of_its_own_unless_one_is_named()
    {
        var gpu = new Device(DeviceType.Cuda);
        var answers = Ranks.Run(2, group => (group.Own(gpu), group.Own(new Device(DeviceType.Cuda, 5)), group.Own(Device.Cpu)));
        Assert.Equal([0, 1], answers.Select(answer => Assert.IsType<(Device, Device, Device)>(answer).Item1.Index));
        Assert.All(answers, answer => Assert.Equal((5, Device.Cpu), ((((Device, Device, Device))answer).Item2.Index, (((Device, Device, Device))answer).Item3)));
        Assert.Equal(gpu, ProcessGroup.Single.Own(gpu));
    }

    [Fact]
    public void A_rank_that_was_started_otherwise_is_told()
    {
        var answers = Ranks.Run(2, group =>
        {
            try
            {
                group.RequireSame("configuration", $"{group.Rank}");
                group.Meet();
                return "";
            }
            catch (InputException e)
            {
                group.Fail(e.Message);
                throw;
            }
        });
        Assert.Contains("rank 1 of 2 was started with another configuration", Assert.IsType<InputException>(answers[1]).Message, StringComparison.Ordinal);
        Assert.Contains("rank 1 of 2 ended: rank 1 of 2 was started with another", Assert.IsType<RankLostException>(answers[0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rank_that_does_not_come_ends_the_wait_of_the_others()
    {
        var answers = Ranks.Run(
            2,
            group =>
            {
                Thread.Sleep(group.Rank == 1 ? 4000 : 0);
                return group.StartSum(1).Wait();
            },
            patienceSeconds: 1);
        Assert.Contains("wait for each other", Assert.IsType<RankLostException>(answers[0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_processes_with_one_number_are_refused()
    {
        var port = Ranks.FreePort();
        RankEnvironment Environment(int rank) => new(rank, 3, 0, "127.0.0.1", port) { MeetingTime = TimeSpan.FromSeconds(3) };
        var faults = new System.Collections.Concurrent.ConcurrentBag<string>();
        var threads = new[] { 0, 1, 1 }.Select(rank => new Thread(() =>
            faults.Add(Assert.Throws<InputException>(() => ProcessGroup.Join(Environment(rank), Device.Cpu, TimeProvider.System)).Message))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Contains(faults, fault => fault.Contains("two processes are both rank 1 of 3", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("in vain for rank 2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var environment = new RankEnvironment(0, 2, 0, "127.0.0.1", port) { MeetingTime = TimeSpan.FromSeconds(2) };
        var fault = Assert.Throws<InputException>(() => ProcessGroup.Join(environment, Device.Cpu, TimeProvider.System));
        Assert.Contains($"rank 0 cannot listen at 127.0.0.1:{port}", fault.Message, StringComparison.Ordinal);
    }
}
