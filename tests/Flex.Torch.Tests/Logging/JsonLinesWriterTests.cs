using Flex.Torch.Logging;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.Logging;

public sealed class JsonLinesWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("log.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_line_is_an_object_that_begins_with_the_step()
    {
        using var log = JsonLinesWriter.Create(Path);
        log.Write(1, new { Loss = 0.5, LearningRate = 1e-4 });
        log.Write(2, new Dictionary<string, double> { ["rfne/Re=250"] = 0.1, ["Loss"] = double.NaN });
        log.Write(3, new { Event = "line\nbreak" });

        // Read while the log is open: every line is flushed.
        Assert.Equal(
            [
                """{"step":1,"loss":0.5,"learning_rate":0.0001}""",
                """{"step":2,"rfne/Re=250":0.1,"Loss":"NaN"}""",
                """{"step":3,"event":"line\nbreak"}""",
            ],
            Lines());
        Assert.Throws<ArgumentException>(() => log.Write(4, 0.5));
        Assert.Throws<ArgumentException>(() => log.Write(4, new { Step = 5 }));
        Assert.Equal(3, Lines().Length);
    }

    [Fact]
    public void A_resumed_log_equals_the_uninterrupted_one()
    {
        Write(JsonLinesWriter.Create(Path), 1, 6);
        var uninterrupted = File.ReadAllBytes(Path);

        Write(JsonLinesWriter.Create(Path), 1, 5); // killed after step 5, checkpoint of step 3
        File.AppendAllText(Path, """{"step":6,"lo""");
        Write(JsonLinesWriter.Resume(Path, lastStep: 3), 4, 6);

        Assert.Equal(uninterrupted, File.ReadAllBytes(Path));
    }

    [Theory]
    [InlineData("{\"step\":1}\n{\"step\":2", 9, 1)]
    [InlineData("{\"step\":1}\nnonsense\n{\"step\":2}\n", 9, 1)]
    [InlineData("{\"step\":1}\n{\"step\":\"2\"}\n", 9, 1)]
    [InlineData("{\"step\":1}\n[]\n", 9, 1)]
    [InlineData("{\"step\":1}\n{\"step\":1}\n{\"step\":2}\n", 1, 2)]
    [InlineData("{\"step\":1}\n", 0, 0)]
    [InlineData("", 5, 0)]
    public void Resuming_keeps_whole_lines_up_to_the_step(string content, long lastStep, int kept)
    {
        File.WriteAllText(Path, content);
        JsonLinesWriter.Resume(Path, lastStep).Dispose();
        Assert.Equal(content.Split('\n')[..kept], Lines());
    }

    [Fact]
    public void Creating_starts_over_and_resuming_nothing_starts_empty()
    {
        Write(JsonLinesWriter.Create(Path), 1, 3);
        Write(JsonLinesWriter.Create(Path), 7, 7);
        Assert.Equal(["""{"step":7,"loss":7}"""], Lines());

        File.Delete(Path);
        Write(JsonLinesWriter.Resume(Path, 5), 6, 6);
        Assert.Equal(["""{"step":6,"loss":6}"""], Lines());
        Assert.Throws<InputException>(() => JsonLinesWriter.Create(folder.File("none/log.jsonl")));
    }

    private static void Write(JsonLinesWriter log, int first, int last)
    {
        using (log)
        {
            for (var step = first; step <= last; step++)
            {
                log.Write(step, new { Loss = (double)step });
            }
        }
    }

    private string[] Lines()
    {
        using var reader = new StreamReader(new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
