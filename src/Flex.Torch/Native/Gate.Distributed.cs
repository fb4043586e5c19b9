using System.Runtime.InteropServices;

namespace Flex.Torch.Native;

/// <content>The C ABI of <c>distributed.cpp</c> and <c>gradient_buckets.cpp</c>.</content>
internal static unsafe partial class Gate
{
    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_distributed_backends")]
    internal static partial nint DistributedBackends();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_store_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StoreOpen(string host, int port, int serve, long timeoutMilliseconds, out nint store);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_store_free")]
    internal static partial void StoreFree(nint store);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_store_set_timeout")]
    internal static partial int StoreSetTimeout(nint store, long timeoutMilliseconds);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_store_add", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StoreAdd(nint store, string key, long amount, out long value);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_store_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StoreSet(nint store, string key, string text);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_store_get", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StoreGet(nint store, string key, out nint text);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_text_free")]
    internal static partial void TextFree(nint text);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_group_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GroupOpen(
        nint store, string backend, int rank, int size, long timeoutMilliseconds, string networkInterface, string host, out nint group);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_group_free")]
    internal static partial void GroupFree(nint group);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_all_reduce")]
    internal static partial int AllReduce(nint group, nint tensor, out nint work);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_broadcast")]
    internal static partial int Broadcast(nint group, nint tensor, int root, out nint work);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_work_wait")]
    internal static partial int WorkWait(nint work);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_gradient_buckets_create")]
    internal static partial int GradientBucketsCreate(nint group, nint* parameters, long count, long bucketBytes, out nint buckets);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_gradient_buckets_free")]
    internal static partial void GradientBucketsFree(nint buckets);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_gradient_buckets_begin")]
    internal static partial int GradientBucketsBegin(nint buckets);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_gradient_buckets_finish")]
    internal static partial int GradientBucketsFinish(nint buckets);
}
